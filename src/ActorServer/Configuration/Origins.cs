using Akka.Configuration;
using Akka.Configuration.Hocon;

namespace ActorServer.Configuration;

/// <summary>Where a value was written. Our kernel remembers that; Akka.NET's configuration does not, and then there is no origin.</summary>
internal static class Origins
{
    public static string Of(Config config, string path) => config.HasPath(path) ? Of(config.GetValue(path)!) : "";

#if ACTOR_KERNEL
    public static string Of(HoconValue value) => value.Origin switch
    {
        { Line: <= 0 } => "",
        { Source: ['-', '-', ..] or "TOPOLOGY" } argument => argument.Source, // has no lines
        var origin => $"{origin.Source}:{origin.Line}",
    };
#else
    public static string Of(HoconValue _) => "";
#endif
}
