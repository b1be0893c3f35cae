using System.Reflection;
using ActorServer.Configuration;
using ActorServer.Processes;
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
        var handler = Make(settings.Handler, Origin);
        if (settings.Topology.Workforce is Workforce.PerConnection && Alone(handler, settings.Protocol) is null)
            throw Fault(Origin, $"{Shown(handler)} cannot answer in topology {settings.Topology.Roles.Name}: its processes have no actors; expected {nameof(IHttpHandler)} or {nameof(IAsyncHttpHandler)}");
        return From(handler, settings);

        string Origin() => Origins.Of(settings.Config, "actor-server.handler");
    }

    /// <summary>A handler by name, for a process without an actor system.</summary>
    /// <param name="name"><c>demo</c>, or the name of a type.</param>
    /// <param name="protocol">One of <see cref="Server.Protocols.Names"/>.</param>
    /// <exception cref="InvalidConfigurationException">There is no such type, or it is no handler of the protocol that can do without actors.</exception>
    internal static ExchangeHandler LoadAlone(string name, string protocol) =>
        Alone(Make(name, static () => ""), protocol) ?? throw Fault(static () => "", $"{name} handles no {protocol} without an actor system");

    /// <summary>A handler in the form that the serve loops call.</summary>
    /// <param name="handler">
    /// An object of one of the handler contracts; an <see cref="IActorRef"/>; or the <see cref="Props"/> of an actor that the server starts.
    /// </param>
    /// <param name="settings">The configuration: the protocol, and how long actors and streams may take.</param>
    /// <exception cref="InvalidConfigurationException">The object is no handler of that protocol.</exception>
    public static HandlerStart From(object handler, ServerSettings settings) => Alone(handler, settings.Protocol) is { } alone ? _ => alone : (settings.Protocol, handler) switch
    {
        ("http", IFlowHandler flow) => system => Http(new StreamedHandler(system, flow, settings.HandlerQueue, settings.HandlerTimeout)),
        ("http", IActorRef actor) => _ => Http(new AskedActor(actor, settings.HandlerTimeout)),
        ("http", Props props) => system => Http(new AskedActor(system.ActorOf(props, "handler"), settings.HandlerTimeout)),
        _ => throw Fault(static () => "", $"{Shown(handler)} handles no {settings.Protocol}; expected " + (settings.Protocol == "line" ? nameof(ILineHandler) : HttpContracts)),
    };

    /// <summary>What the log calls a handler.</summary>
    internal static string Shown(object handler) => handler switch
    {
        Props props => props.Type.ToString(),
        IActorRef actor => actor.Path.ToString(),
        _ => handler.GetType().ToString(),
    };

    /// <summary>The object, or the props of the actor, that answers.</summary>
    private static object Make(string name, Func<string> origin)
    {
        if (name == "demo") return new DemoApp();
        var type = ConfiguredTypes.Find(name)
            ?? throw Fault(origin, $"there is no type \"{name}\"; expected demo, or \"Namespace.Type, Assembly\"");
        if (type.IsAbstract || type.GetConstructor(Type.EmptyTypes) is not { } constructor)
            throw Fault(origin, $"{type} has no public constructor without parameters");
        if (type.IsAssignableTo(typeof(ActorBase))) return Props.Create(type);
        try
        {
            return constructor.Invoke(null);
        }
        catch (TargetInvocationException exception)
        {
            throw Fault(origin, $"the constructor of {type} threw {exception.InnerException?.GetType().Name}: {exception.InnerException?.Message}");
        }
    }

    /// <summary>A handler that needs no actors; null of another one.</summary>
    private static ExchangeHandler? Alone(object handler, string protocol) => (protocol, handler) switch
    {
        ("echo", _) => static _ => ValueTask.CompletedTask, // answers by itself
        ("line", ILineHandler line) => exchange =>
        {
            line.Handle((LineExchange)exchange);
            return ValueTask.CompletedTask;
        },
        ("http", IAsyncHttpHandler http) => Http(http),
        ("http", IHttpHandler http) => exchange =>
        {
            http.Handle((HttpExchange)exchange);
            return ValueTask.CompletedTask;
        },
        _ => null,
    };

    private static ExchangeHandler Http(IAsyncHttpHandler handler) => exchange => handler.HandleAsync((HttpExchange)exchange);

    private static InvalidConfigurationException Fault(Func<string> origin, string problem) =>
        new([new ConfigurationFault(origin(), $"actor-server.handler: {problem}")]);
}
