using System.Diagnostics.CodeAnalysis;
using System.Linq.Expressions;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Akka.Actor;

/// <summary>A constructor of an actor's class. Finding one is slow, so the constructors of a class are looked at once.</summary>
internal sealed class ActorConstructor
{
    // What is known of the classes seen so far: facts, which are the same for all actor systems.
    private static readonly ConditionalWeakTable<Type, ActorConstructor[]> OfType = [];
    private static readonly ConditionalWeakTable<ConstructorInfo, ActorConstructor> Known = [];

    private readonly ParameterInfo[] _parameters;
    private readonly ConstructorInvoker _invoker;

    private ActorConstructor(ConstructorInfo constructor)
    {
        Type = constructor.DeclaringType!;
        _parameters = constructor.GetParameters();
        _invoker = ConstructorInvoker.Create(constructor);
    }

    public Type Type { get; }

    /// <summary>The constructor for some arguments; missing ones at the end take their default values.</summary>
    /// <exception cref="MissingMethodException">There is none, or more than one fits.</exception>
    public static ActorConstructor Find(
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors | DynamicallyAccessedMemberTypes.NonPublicConstructors)]
        Type type,
        object?[] args)
    {
        if (!OfType.TryGetValue(type, out var all))
        {
            all = type.IsAbstract ? [] : Array.ConvertAll(
                type.GetConstructors(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic),
                static c => Known.GetValue(c, static c => new ActorConstructor(c)));
            OfType.AddOrUpdate(type, all);
        }

        ActorConstructor? best = null;
        var bestRank = 0;
        foreach (var constructor in all)
        {
            var rank = constructor.Rank(args);
            if (rank > 0 && rank == bestRank && constructor._parameters.Length == best!._parameters.Length)
                throw new MissingMethodException($"Actor {type} has more than one constructor for {Describe(args)}");
            if (rank > bestRank)
                (best, bestRank) = (constructor, rank);
        }

        return best ?? throw new MissingMethodException($"Actor {type} has no constructor for {Describe(args)}");
    }

    /// <summary>The constructor call of <c>() => new T(…)</c>; its arguments are evaluated here, once.</summary>
    /// <exception cref="ArgumentException">The expression is something else.</exception>
    public static ConstructorProducer FromExpression(LambdaExpression factory)
    {
        if (factory.Body is not NewExpression { Constructor: { } constructor } call)
            throw new ArgumentException("The create function must be a 'new T (args)' expression", nameof(factory));
        return new ConstructorProducer(Known.GetValue(constructor, static c => new ActorConstructor(c)), [.. call.Arguments.Select(Evaluate)]);
    }

    public ActorBase Invoke(object?[] args)
    {
        if (args.Length < _parameters.Length)
            args = [.. args, .. _parameters.AsSpan(args.Length).ToArray().Select(static p => p.DefaultValue)];
        return (ActorBase)_invoker.Invoke(args.AsSpan());
    }

    private static string Describe(object?[] args) => $"({string.Join(", ", args.Select(static a => a?.GetType().Name ?? "null"))})";

    private static object? Evaluate(Expression expression) => expression switch
    {
        ConstantExpression constant => constant.Value,
        // A captured local is a field of the closure object.
        MemberExpression { Member: FieldInfo field, Expression: ConstantExpression { Value: { } closure } } => field.GetValue(closure),
        MemberExpression { Member: FieldInfo { IsStatic: true } field } => field.GetValue(null),
        _ => Expression.Lambda<Func<object?>>(Expression.Convert(expression, typeof(object))).Compile(preferInterpretation: true)(),
    };

    /// <summary>0: does not fit; otherwise the more, the more exactly.</summary>
    private int Rank(object?[] args)
    {
        if (args.Length > _parameters.Length)
            return 0;
        var rank = 1;
        for (var i = 0; i < _parameters.Length; i++)
        {
            var wanted = _parameters[i].ParameterType;
            if (i >= args.Length)
            {
                if (!_parameters[i].HasDefaultValue)
                    return 0;
            }
            else if (args[i] is not { } arg)
            {
                if (wanted.IsValueType && Nullable.GetUnderlyingType(wanted) is null)
                    return 0;
            }
            else if (arg.GetType() == wanted)
            {
                rank += 2;
            }
            else if (wanted.IsInstanceOfType(arg))
            {
                rank++;
            }
            else
            {
                return 0;
            }
        }

        // An exact number of parameters goes before defaults.
        return args.Length == _parameters.Length ? rank + (2 * args.Length) + 1 : rank;
    }
}
