using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using Coordination.Server.Api;

namespace Coordination.Server.Accounts;

/// <summary>What has to be there in a body has to be something: null is as good as left out, and told in the same way.</summary>
internal sealed class NoNulls : IEndpointFilter
{
    private static readonly ConcurrentDictionary<Type, PropertyInfo[]> Required = new();

    public static NoNulls Instance { get; } = new();

    public ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        foreach (var argument in context.Arguments)
        {
            if (argument is not null && FieldAtFault(argument) is { } field)
                return ValueTask.FromResult<object?>(Problems.Malformed(field, "It has to be there, and not null."));
        }
        return next(context);
    }

    private static string? FieldAtFault(object argument)
    {
        if (!argument.GetType().Name.EndsWith("Body", StringComparison.Ordinal))
            return null;
        foreach (var property in Required.GetOrAdd(argument.GetType(), Find))
        {
            if (property.GetValue(argument) is null)
                return JsonNamingPolicy.CamelCase.ConvertName(property.Name);
        }
        return null;
    }

    private static PropertyInfo[] Find(Type body) =>
        [.. body.GetProperties().Where(property => !property.PropertyType.IsValueType && property.IsDefined(typeof(JsonRequiredAttribute)))];
}
