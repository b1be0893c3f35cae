using System.Reflection;
using ActorServer.Configuration;
using ActorServer.Protocol.Http1;
using ActorServer.Protocol.Line;

namespace ActorServer.Handlers;

/// <summary>Turns a handler of any contract into the form that the serve loops call.</summary>
public static class HandlerLoader
{
    /// <summary>The handler that a configuration names.</summary>
    /// <param name="settings">The configuration.</param>
    /// <exception cref="InvalidConfigurationException">There is no such type, or it is no handler of the configured protocol.</exception>
    public static ExchangeHandler Load(ServerSettings settings)
    {
        if (settings.Handler == "demo") return From(new DemoApp(), settings.Protocol);
        var type = ConfiguredTypes.Find(settings.Handler)
            ?? throw Fault(settings, $"there is no type \"{settings.Handler}\"; expected demo, or \"Namespace.Type, Assembly\"");
        if (type.IsAbstract || type.GetConstructor(Type.EmptyTypes) is not { } constructor)
            throw Fault(settings, $"{type} has no public constructor without parameters");
        try
        {
            return From(constructor.Invoke(null), settings.Protocol);
        }
        catch (TargetInvocationException exception)
        {
            throw Fault(settings, $"the constructor of {type} threw {exception.InnerException?.GetType().Name}: {exception.InnerException?.Message}");
        }
    }

    /// <summary>A handler object as a delegate.</summary>
    /// <param name="handler">An object of one of the handler contracts.</param>
    /// <param name="protocol">One of <see cref="Server.Protocols.Names"/>.</param>
    /// <exception cref="InvalidConfigurationException">The object is no handler of that protocol.</exception>
    public static ExchangeHandler From(object handler, string protocol) => (protocol, handler) switch
    {
        ("echo", _) => _ => ValueTask.CompletedTask, // answers by itself
        ("line", ILineHandler line) => exchange =>
        {
            line.Handle((LineExchange)exchange);
            return ValueTask.CompletedTask;
        },
        ("http", IAsyncHttpHandler http) => exchange => http.HandleAsync((HttpExchange)exchange),
        ("http", IHttpHandler http) => exchange =>
        {
            http.Handle((HttpExchange)exchange);
            return ValueTask.CompletedTask;
        },
        _ => throw new InvalidConfigurationException([new ConfigurationFault("", $"actor-server.handler: {handler.GetType()} handles no {protocol}; expected "
            + (protocol == "line" ? nameof(ILineHandler) : $"{nameof(IHttpHandler)} or {nameof(IAsyncHttpHandler)}"))]),
    };

    private static InvalidConfigurationException Fault(ServerSettings settings, string problem) =>
        new([new ConfigurationFault(Origins.Of(settings.Config, "actor-server.handler"), $"actor-server.handler: {problem}")]);
}
