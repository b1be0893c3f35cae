using System.Diagnostics.CodeAnalysis;

namespace Akka.Streams.Dsl;

/// <summary>Which materialized values of two graphs to keep.</summary>
[SuppressMessage("Style", "IDE0060", Justification = "What is not kept is not used.")]
public static class Keep
{
    /// <summary>Keeps the left one.</summary>
    /// <typeparam name="TLeft">The type of the left value.</typeparam>
    /// <typeparam name="TRight">The type of the right value.</typeparam>
    /// <param name="left">The left value.</param>
    /// <param name="right">The right value.</param>
    /// <returns>The left value.</returns>
    public static TLeft Left<TLeft, TRight>(TLeft left, TRight right) => left;

    /// <summary>Keeps the right one.</summary>
    /// <typeparam name="TLeft">The type of the left value.</typeparam>
    /// <typeparam name="TRight">The type of the right value.</typeparam>
    /// <param name="left">The left value.</param>
    /// <param name="right">The right value.</param>
    /// <returns>The right value.</returns>
    public static TRight Right<TLeft, TRight>(TLeft left, TRight right) => right;

    /// <summary>Keeps both.</summary>
    /// <typeparam name="TLeft">The type of the left value.</typeparam>
    /// <typeparam name="TRight">The type of the right value.</typeparam>
    /// <param name="left">The left value.</param>
    /// <param name="right">The right value.</param>
    /// <returns>Both values.</returns>
    public static (TLeft Left, TRight Right) Both<TLeft, TRight>(TLeft left, TRight right) => (left, right);

    /// <summary>Keeps none.</summary>
    /// <typeparam name="TLeft">The type of the left value.</typeparam>
    /// <typeparam name="TRight">The type of the right value.</typeparam>
    /// <param name="left">The left value.</param>
    /// <param name="right">The right value.</param>
    /// <returns>Nothing of interest.</returns>
    public static NotUsed None<TLeft, TRight>(TLeft left, TRight right) => NotUsed.Instance;
}
