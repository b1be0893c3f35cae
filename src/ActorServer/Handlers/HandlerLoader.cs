using System.Reflection;
using ActorServer.Configuration;
using ActorServer.Protocol.Http1;
using ActorServer.Protocol.Line;
using Akka.Actor;

namespace ActorServer.Handlers;

/// <summary>Turns a handler of any contract into the form that the serve loops call.</summary>
public static class HandlerLoader
{
    private const string HttpContracts = $"{nameof(IHttpHandler)}, {nameof(IAsyncHttpHandler)}, {nameof(IFlowHandler)} or an actor";

    /// <summary>The handler that a configuration names: a type of one of the handler contracts, or an actor's.</summary>
    /// <param name="settings">The configuration.</param>
    /// <exception cref="InvalidConfigurationException">There is no such type, or it is no handler of the configured protocol.</exception>
    public static HandlerStart Load(ServerSettings settings)
    {
        if (settings.Handler == "demo") return From(new DemoApp(), settings);
        var type = ConfiguredTypes.Find(settings.Handler)
            ?? throw Fault(settings, $"there is no type \"{settings.Handler}\"; expected demo, or \"Namespace.Type, Assembly\"");
        if (type.IsAbstract || type.GetConstructor(Type.EmptyTypes) is not { } constructor)
            throw Fault(settings, $"{type} has no public constructor without parameters");
        if (type.IsAssignableTo(typeof(ActorBase))) return From(Props.Create(type), settings);
        try
        {
            return From(constructor.Invoke(null), settings);
        }
        catch (TargetInvocationException exception)
        {
            throw Fault(settings, $"the constructor of {type} threw {exception.InnerException?.GetType().Name}: {exception.InnerException?.Message}");
        }
    }

    /// <summary>A handler in the form that the serve loops call.</summary>
    /// <param name="handler">
    /// An object of one of the handler contracts; an <see cref="IActorRef"/>; or the <see cref="Props"/> of an actor that the server starts.
    /// </param>
    /// <param name="settings">The configuration: the protocol, and how long actors and streams may take.</param>
    /// <exception cref="InvalidConfigurationException">The object is no handler of that protocol.</exception>
    public static HandlerStart From(object handler, ServerSettings settings) => (settings.Protocol, handler) switch
    {
        ("echo", _) => static _ => static _ => ValueTask.CompletedTask, // answers by itself
        ("line", ILineHandler line) => _ => exchange =>
        {
            line.Handle((LineExchange)exchange);
            return ValueTask.CompletedTask;
        },
        ("http", IAsyncHttpHandler http) => _ => Http(http),
        ("http", IHttpHandler http) => _ => exchange =>
        {
            http.Handle((HttpExchange)exchange);
            return ValueTask.CompletedTask;
        },
        ("http", IFlowHandler flow) => system => Http(new StreamedHandler(system, flow, settings.HandlerQueue, settings.HandlerTimeout)),
        ("http", IActorRef actor) => _ => Http(new AskedActor(actor, settings.HandlerTimeout)),
        ("http", Props props) => system => Http(new AskedActor(system.ActorOf(props, "handler"), settings.HandlerTimeout)),
        _ => throw new InvalidConfigurationException([new ConfigurationFault("", $"actor-server.handler: {Shown(handler)} handles no {settings.Protocol}; expected "
            + (settings.Protocol == "line" ? nameof(ILineHandler) : HttpContracts))]),
    };

    /// <summary>What the log calls a handler.</summary>
    internal static string Shown(object handler) => handler switch
    {
        Props props => props.Type.ToString(),
        IActorRef actor => actor.Path.ToString(),
        _ => handler.GetType().ToString(),
    };

    private static ExchangeHandler Http(IAsyncHttpHandler handler) => exchange => handler.HandleAsync((HttpExchange)exchange);

    private static InvalidConfigurationException Fault(ServerSettings settings, string problem) =>
        new([new ConfigurationFault(Origins.Of(settings.Config, "actor-server.handler"), $"actor-server.handler: {problem}")]);
}
