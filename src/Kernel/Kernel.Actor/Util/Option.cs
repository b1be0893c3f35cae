namespace Akka.Util;

/// <summary>A value that may be absent.</summary>
/// <typeparam name="T">The class of the value.</typeparam>
public readonly struct Option<T> : IEquatable<Option<T>>
{
    private readonly T? _value;

    /// <summary>Creates a present value.</summary>
    /// <param name="value">The value; null stands for absent.</param>
    public Option(T? value)
    {
        _value = value;
        HasValue = value is not null;
    }

    /// <summary>The absent value.</summary>
    public static Option<T> None { get; }

    /// <summary>Whether there is a value.</summary>
    public bool HasValue { get; }

    /// <summary>Whether there is none.</summary>
    public bool IsEmpty => !HasValue;

    /// <summary>The value.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public T Value => HasValue ? _value! : throw new InvalidOperationException("The option is empty.");

    /// <summary>A present value.</summary>
    /// <param name="value">The value.</param>
    public static implicit operator Option<T>(T? value) => new(value);

    /// <summary>Equality of values.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>Whether both are absent or have equal values.</returns>
    public static bool operator ==(Option<T> left, Option<T> right) => left.Equals(right);

    /// <summary>Inequality of values.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>Whether they differ.</returns>
    public static bool operator !=(Option<T> left, Option<T> right) => !left.Equals(right);

    /// <summary>The value, or another.</summary>
    /// <param name="fallbackValue">The other.</param>
    /// <returns>One of both.</returns>
    public T GetOrElse(T fallbackValue) => HasValue ? _value! : fallbackValue;

    /// <inheritdoc/>
    public bool Equals(Option<T> other) => HasValue == other.HasValue && EqualityComparer<T>.Default.Equals(_value, other._value);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Option<T> other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HasValue ? _value!.GetHashCode() : 0;

    /// <inheritdoc/>
    public override string ToString() => HasValue ? $"Some<{_value}>" : "None";
}
