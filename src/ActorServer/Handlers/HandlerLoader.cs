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
    public static ExchangeHandler Load(ServerSettings settings) =>
        Load(settings.Handler, settings.Protocol, () => Origins.Of(settings.Config, "actor-server.handler"));

    /// <summary>A handler by name.</summary>
    /// <param name="name"><c>demo</c>, or the name of a type.</param>
    /// <param name="protocol">One of <see cref="Server.Protocols.Names"/>.</param>
    /// <param name="origin">Where the name stands.</param>
    /// <exception cref="InvalidConfigurationException">There is no such type, or it is no handler of the protocol.</exception>
    internal static ExchangeHandler Load(string name, string protocol, Func<string> origin)
    {
        if (name == "demo") return From(new DemoApp(), protocol);
        var type = ConfiguredTypes.Find(name)
            ?? throw Fault(origin, $"there is no type \"{name}\"; expected demo, or \"Namespace.Type, Assembly\"");
        if (type.IsAbstract || type.GetConstructor(Type.EmptyTypes) is not { } constructor)
            throw Fault(origin, $"{type} has no public constructor without parameters");
        try
        {
            return From(constructor.Invoke(null), protocol);
        }
        catch (TargetInvocationException exception)
        {
            throw Fault(origin, $"the constructor of {type} threw {exception.InnerException?.GetType().Name}: {exception.InnerException?.Message}");
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

    private static InvalidConfigurationException Fault(Func<string> origin, string problem) =>
        new([new ConfigurationFault(origin(), $"actor-server.handler: {problem}")]);
}
