using System.Reflection;
using ActorServer.Configuration;
using ActorServer.Processes;
using ActorServer.Protocol.Http1;
using ActorServer.Protocol.Line;
using ActorServer.Routing;
using Akka;
using Akka.Actor;
using Akka.Hosting;
using Akka.Streams.Dsl;

namespace ActorServer.Handlers;

/// <summary>Turns a handler of any contract into the form that the serve loops call.</summary>
public static class HandlerLoader
{
    private const string HttpContracts = $"{nameof(IHttpHandler)}, {nameof(IAsyncHttpHandler)}, {nameof(IFlowHandler)}, {nameof(IRoutedHandler)} or an actor";

    /// <summary>The handler that a configuration names: a type of one of the handler contracts, or an actor's.</summary>
    /// <param name="settings">The configuration.</param>
    /// <exception cref="InvalidConfigurationException">There is no such type, or it is no handler of the configured protocol.</exception>
    public static HandlerStart Load(ServerSettings settings)
    {
        var handler = Tabled(Make(settings.Handler, Origin), Origin);
        if (settings.Topology.Workforce is Workforce.PerConnection && Alone(handler, settings.Protocol) is null)
            throw Fault(Origin, $"{Shown(handler)} cannot answer in topology {settings.Topology.Roles.Name}: its processes have no actors; expected {nameof(IHttpHandler)} or {nameof(IAsyncHttpHandler)}");
        return From(handler, settings);

        string Origin() => Origins.Of(settings.Config, "actor-server.handler");
    }

    /// <summary>A handler by name, for a process without an actor system.</summary>
    /// <param name="name"><c>demo</c>, or the name of a type.</param>
    /// <param name="protocol">One of <see cref="Server.Protocols.Names"/>.</param>
    /// <param name="warmUp">What it may be asked before there is a client, if it answers HTTP and says so; null otherwise.</param>
    /// <exception cref="InvalidConfigurationException">
    /// There is no such type, or it is no handler of the protocol that can do without actors.
    /// </exception>
    internal static ExchangeHandler LoadAlone(string name, string protocol, out string? warmUp)
    {
        var handler = Make(name, static () => "");
        warmUp = protocol == "http" ? (handler as IWarmUp)?.WarmUpTarget : null;
        if (warmUp is not null && (!warmUp.StartsWith('/') || warmUp.AsSpan().ContainsAnyExceptInRange('!', '~')))
            throw Fault(static () => "", $"{Shown(handler)} has the {nameof(IWarmUp.WarmUpTarget)} \"{warmUp}\"; expected a path, such as /, without blanks");
        return Alone(Tabled(handler, static () => ""), protocol) ?? throw Fault(static () => "", $"{name} handles no {protocol} without an actor system");
    }

    /// <summary>A handler in the form that the serve loops call.</summary>
    /// <param name="handler">
    /// An object of one of the handler contracts, or one of the forms of <see cref="IRoutes.Add"/>; or <see cref="Routes"/>. Of
    /// <see cref="Props"/> the server starts an actor.
    /// </param>
    /// <param name="settings">The configuration: the protocol, and how long actors and streams may take.</param>
    /// <param name="registry">Where registered actors are; null for the registry of the server's own actor system.</param>
    /// <exception cref="InvalidConfigurationException">The object is no handler of that protocol.</exception>
    public static HandlerStart From(object handler, ServerSettings settings, IReadOnlyActorRegistry? registry = null)
    {
        handler = Tabled(handler, static () => "");
        if (Alone(handler, settings.Protocol) is { } alone) return _ => alone;
        if (settings.Protocol == "line" ? !IsActor(handler) : !(handler is Routes || IsHttpHandler(handler)))
            throw Fault(static () => "", $"{Shown(handler)} handles no {settings.Protocol}; expected " + (settings.Protocol == "line" ? $"{nameof(ILineHandler)} or an actor" : HttpContracts));
        return system => Start(handler, "handler", settings, system, registry ?? ActorRegistry.For(system));
    }

    /// <summary>Whether an object answers HTTP requests by itself.</summary>
    internal static bool IsHttpHandler(object handler) => handler is IHttpHandler or IAsyncHttpHandler or IFlowHandler or Action<HttpExchange>
        or Func<HttpExchange, ValueTask> or Flow<Request, Response, NotUsed> || IsActor(handler);

    private static bool IsActor(object handler) => handler is IActorRef or Props or RegisteredActor;

    /// <summary>What the log calls a handler.</summary>
    internal static string Shown(object handler) => handler switch
    {
        Props props => props.Type.ToString(),
        IActorRef actor => actor.Path.ToString(),
        Delegate => "(a function)",
        Routes => "(routes)",
        RegisteredActor actor => actor.ToString(),
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
        (_, ExchangeHandler form) => form,
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
        ("http", Action<HttpExchange> handle) => exchange =>
        {
            handle((HttpExchange)exchange);
            return ValueTask.CompletedTask;
        },
        ("http", Func<HttpExchange, ValueTask> handle) => exchange => handle((HttpExchange)exchange),
        ("http", Routes routes) => routes.Start(static (handler, _) => Alone(handler, "http")),
        _ => null,
    };

    /// <summary>A handler that may need actors.</summary>
    private static ExchangeHandler Start(object handler, string name, ServerSettings settings, ActorSystem system, IReadOnlyActorRegistry registry) => handler switch
    {
        Routes routes => routes.Start((one, named) => Alone(one, "http") ?? Start(one, named, settings, system, registry))!,
        IFlowHandler flow => Http(new StreamedHandler(system, flow.Create, name, settings.HandlerQueue, settings.HandlerTimeout)),
        Flow<Request, Response, NotUsed> flow => Http(new StreamedHandler(system, () => flow, name, settings.HandlerQueue, settings.HandlerTimeout)),
        _ => Asked(ActorOf(handler, name, system, registry), settings),
    };

    private static ExchangeHandler Asked(IActorRef actor, ServerSettings settings)
    {
        if (settings.Protocol != "line") return Http(new AskedActor(actor, settings.HandlerTimeout));
        var lines = new LinesForActor(actor, settings.HandlerTimeout);
        return exchange => lines.HandleAsync((LineExchange)exchange);
    }

    private static IActorRef ActorOf(object handler, string name, ActorSystem system, IReadOnlyActorRegistry registry) => handler switch
    {
        IActorRef actor => actor,
        Props props => system.ActorOf(props, name),
        RegisteredActor registered => registered.Find(registry) ?? throw Fault(static () => "", $"{registered} does not exist; AddAkka has to be added before AddActorServer"),
        _ => throw new ArgumentException($"{handler} is no handler", nameof(handler)),
    };

    /// <summary>The table of routes, of a handler that has one; another one as it is.</summary>
    private static object Tabled(object handler, Func<string> origin)
    {
        if (handler is not IRoutedHandler routed) return handler;
        var routes = new Routes();
        try
        {
            routed.Map(routes);
        }
        catch (ArgumentException exception)
        {
            throw Fault(origin, $"{Shown(routed)} maps what cannot be: {exception.Message}");
        }

        return routes;
    }

    private static ExchangeHandler Http(IAsyncHttpHandler handler) => exchange => handler.HandleAsync((HttpExchange)exchange);

    private static InvalidConfigurationException Fault(Func<string> origin, string problem) =>
        new([new ConfigurationFault(origin(), $"actor-server.handler: {problem}")]);
}
