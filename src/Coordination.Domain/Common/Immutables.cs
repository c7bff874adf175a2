using System.Collections.Immutable;

namespace Coordination.Domain;

/// <summary>Value equality and null-safety for immutable arrays, which JSON may leave out.</summary>
public static class Immutables
{
    public static ImmutableArray<T> OrEmpty<T>(this ImmutableArray<T> array) => array.IsDefault ? [] : array;

    public static int CountOrZero<T>(this ImmutableArray<T> array) => array.IsDefault ? 0 : array.Length;

    public static bool SameAs<T>(this ImmutableArray<T> left, ImmutableArray<T> right) =>
        left.OrEmpty().AsSpan().SequenceEqual(right.OrEmpty().AsSpan());
}
