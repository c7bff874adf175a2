using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Coordination.Domain;
using Coordination.Server.Defence;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Net.Http.Headers;

namespace Coordination.Server.Api;

/// <summary>
/// What a JSON body may be: UTF-8, at most <see cref="MaxBytes"/>, no property that is not documented and none twice, instants with
/// their offset. A misspelt property that is passed over is a capacity that nobody set.
/// </summary>
internal static class RequestJson
{
    /// <summary>Largest body, in bytes; <c>/api/ingest</c> alone has no limit.</summary>
    public const int MaxBytes = 1024 * 1024;

    public static void AddRequestJson(this IServiceCollection services)
    {
        services.Configure<KestrelServerOptions>(kestrel => kestrel.Limits.MaxRequestBodySize = MaxBytes);
        services.ConfigureHttpJsonOptions(json =>
        {
            DomainJson.Configure(json.SerializerOptions);
            json.SerializerOptions.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
            json.SerializerOptions.AllowDuplicateProperties = false;
            json.SerializerOptions.MaxDepth = SizeLimits.MaxJsonDepth;
            json.SerializerOptions.Converters.Add(new InstantJson());
        });
    }

    /// <summary>JSON between systems is UTF-8 (RFC 8259); another character set is told, not guessed.</summary>
    public static void UseUtf8Only(this WebApplication app) => app.Use((http, next) =>
    {
        if (http.Request.ContentType is not { } type || !MediaTypeHeaderValue.TryParse(type, out var media) || !media.Charset.HasValue)
            return next(http);
        if (!media.Charset.AsSpan().Trim('"').Equals("utf-8", StringComparison.OrdinalIgnoreCase))
            return Problems.Of(StatusCodes.Status415UnsupportedMediaType, ErrorCodes.UnsupportedMediaType, "Bodies are UTF-8.", "Content-Type").ExecuteAsync(http);
        // In quotes it is the same (RFC 9110, 8.3.1), and whoever reads the body would fail at them.
        http.Request.ContentType = media.MediaType.Value;
        return next(http);
    });

    /// <summary>An instant in a query; a <c>+</c> that was not escaped has become a blank on its way here.</summary>
    public static bool TryInstant(string? text, out DateTimeOffset instant)
    {
        instant = default;
        return text is not null && TryInstantText(text.Trim().Replace(' ', '+'), out instant);
    }

    private static bool TryInstantText(string text, out DateTimeOffset instant)
    {
        instant = default;
        // A local time without an offset would be read as the server's own.
        var time = text.IndexOf('T', StringComparison.OrdinalIgnoreCase);
        return time > 0 && text.AsSpan(time).IndexOfAny("Zz+-") > 0
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out instant);
    }

    private sealed class InstantJson : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TryGetDateTimeOffset(out var instant) && TryInstantText(reader.GetString()!, out _)
                ? instant
                : throw new JsonException("An instant is written in ISO 8601 with its offset.");

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) => writer.WriteStringValue(value);
    }
}
