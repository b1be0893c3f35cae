using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Akka.Configuration;

namespace Akka.Util;

/// <summary>
/// Classes that a configuration names. Only for a user's own classes: what this assembly ships is made from tables of constructors,
/// so that a trimmed program keeps it.
/// </summary>
internal static class ConfiguredType
{
    /// <summary>Finds a class.</summary>
    /// <param name="name">Its name, with its assembly: <c>Ns.Class, Assembly</c>.</param>
    /// <param name="key">The configuration key, for the error message.</param>
    /// <exception cref="ConfigurationException">There is no such class.</exception>
    [UnconditionalSuppressMessage("Trimming", "IL2057", Justification = "The user's configuration names the class; the user keeps it.")]
    public static Type Find(string name, string key) => Type.GetType(name) ?? throw new ConfigurationException(
        $"{key}: there is no class '{name}'; a class outside the kernel is named with its assembly: \"Namespace.Class, Assembly\"");

    /// <summary>Creates an instance.</summary>
    /// <typeparam name="T">What the class must be.</typeparam>
    /// <param name="name">Its name, with its assembly.</param>
    /// <param name="key">The configuration key, for the error message.</param>
    /// <param name="args">The arguments of its constructor.</param>
    /// <exception cref="ConfigurationException">There is no such class, it is no T, or it has no such constructor.</exception>
    public static T Create<T>(string name, string key, params object[] args)
        where T : class => Create<T>(Find(name, key), key, args);

    /// <inheritdoc cref="Create{T}(string, string, object[])"/>
    [UnconditionalSuppressMessage("Trimming", "IL2067", Justification = "The user's configuration names the class; the user keeps it.")]
    public static T Create<T>(Type type, string key, params object[] args)
        where T : class
    {
        if (!typeof(T).IsAssignableFrom(type))
            throw new ConfigurationException($"{key}: class '{type}' is no {typeof(T)}");
        try
        {
            return (T)Activator.CreateInstance(type, args)!;
        }
        catch (MissingMethodException e)
        {
            var parameters = string.Join(", ", args.Select(static a => a.GetType().Name));
            throw new ConfigurationException($"{key}: class '{type}' has no public constructor for ({parameters})", e);
        }
        catch (TargetInvocationException e)
        {
            throw new ConfigurationException($"{key}: the constructor of '{type}' failed: {e.InnerException?.Message}", e.InnerException);
        }
    }
}
