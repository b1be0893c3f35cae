using System.Reflection;

namespace ActorServer.Configuration;

/// <summary>Finds types that a configuration names.</summary>
internal static class ConfiguredTypes
{
    /// <summary>The type, or null when there is none of that name.</summary>
    /// <param name="name"><c>Namespace.Type, Assembly</c>; an assembly that the program was not built with is looked for beside it.</param>
    public static Type? Find(string name)
    {
        try
        {
            return Type.GetType(name, Load, typeResolver: null, throwOnError: false);
        }
        // Of an assembly name that cannot be one, or an assembly that cannot be loaded, the runtime throws even when asked not to.
        catch (Exception exception) when (exception is IOException or ArgumentException or BadImageFormatException or TypeLoadException)
        {
            return null;
        }
    }

    private static Assembly? Load(AssemblyName name)
    {
        try
        {
            return Assembly.Load(name);
        }
        catch (FileNotFoundException)
        {
            var beside = Path.Combine(AppContext.BaseDirectory, $"{name.Name}.dll");
            return File.Exists(beside) ? Assembly.LoadFrom(beside) : null;
        }
    }
}
