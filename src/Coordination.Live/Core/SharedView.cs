using Coordination.Contracts.Live;

namespace Coordination.Live.Core;

/// <summary>
/// One view on its way to any number of connections. Every form it is sent in (a hub message, an event-stream frame) is made at
/// most once and shared, so a view costs the same to encode for one watcher and for ten thousand.
/// </summary>
/// <remarks>Safe to use from many threads. Forms are told apart by their type.</remarks>
public sealed class SharedView(LiveView view)
{
    private readonly Lock _gate = new();
    private object[] _forms = [];

    /// <summary>The view itself.</summary>
    public LiveView View { get; } = view;

    /// <summary>Resource path it belongs to.</summary>
    public string Topic => View.Topic;

    /// <summary>Says that there is nothing (yet) behind a topic; anything real is newer.</summary>
    public static SharedView Absent(string topic) => new(new LiveView(topic, 0, 0, default));

    /// <summary>Whether this says that there is nothing behind the topic.</summary>
    public bool IsAbsent => View.Json.IsEmpty;

    /// <summary>The form <typeparamref name="T"/> of this view, made by <paramref name="encode"/> when it is asked for the first time.</summary>
    public T Encoded<T>(Func<SharedView, T> encode)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(encode);
        return Find<T>(Volatile.Read(ref _forms)) ?? Make(encode);
    }

    private T Make<T>(Func<SharedView, T> encode)
        where T : class
    {
        lock (_gate)
        {
            if (Find<T>(_forms) is { } made)
                return made;
            var form = encode(this);
            Volatile.Write(ref _forms, [.. _forms, form]);
            return form;
        }
    }

    private static T? Find<T>(object[] forms)
        where T : class
    {
        foreach (var form in forms)
        {
            if (form is T found)
                return found;
        }

        return null;
    }
}
