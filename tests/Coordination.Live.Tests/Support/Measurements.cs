using System.Diagnostics.Metrics;
using Coordination.Live.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Coordination.Live.Tests.Support;

/// <summary>Reads the meter of the live feed as a collector would: name and tag values, joined by slashes.</summary>
internal sealed class Measurements : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly Dictionary<string, long> _values = [];
    private IMeterFactory? _meters;

    public Measurements()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == LiveMetrics.MeterName)
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            // Other tests of this process have meters of the same name.
            if (ReferenceEquals(instrument.Meter.Scope, _meters))
                _values[string.Join('/', [instrument.Name, .. tags.ToArray().Select(tag => (string)tag.Value!)])] = value;
        });
        _listener.Start();
    }

    public IReadOnlyDictionary<string, long> Read(IServiceProvider services)
    {
        _meters = services.GetRequiredService<IMeterFactory>();
        _values.Clear();
        _listener.RecordObservableInstruments();
        return _values;
    }

    public void Dispose() => _listener.Dispose();
}
