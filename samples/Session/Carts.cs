using System.Text;
using ActorServer.Handlers;
using Akka.Actor;

namespace ActorServer.Samples.Session;

/// <summary>
/// The way to the carts, one actor for each key. A cart is made when it is first asked for. One that nobody uses asks to go: it is forgotten
/// here first, so that the next request for its key gets a new one, and ends when it has answered what it was asked before.
/// </summary>
internal sealed class Carts : ReceiveActor
{
    private readonly Dictionary<string, IActorRef> _carts = new(StringComparer.Ordinal);
    private readonly TimeSpan _idle = Context.System.Settings.Config.GetTimeSpan("session.idle");

    public Carts()
    {
        Receive<Request>(request => request.Route == "GET /carts", request => Sender.Tell(request.Reply($"{_carts.Count} in use\n")));
        Receive<Request>(request => Find(request.RouteText("key")).Forward(request));
        Receive<Cart.Passivate>(idle =>
        {
            _carts.Remove(idle.Key);
            Sender.Tell(PoisonPill.Instance);
        });
    }

    private IActorRef Find(string key)
    {
        if (_carts.TryGetValue(key, out var cart)) return cart;
        var idle = _idle;
        return _carts[key] = Context.ActorOf(Props.Create(() => new Cart(key, idle)));
    }
}

/// <summary>A cart: what a client has put into it, for as long as it comes back.</summary>
internal sealed class Cart : ReceiveActor
{
    private readonly List<string> _items = [];

    public Cart(string key, TimeSpan idle)
    {
        SetReceiveTimeout(idle);
        Receive<Request>(request =>
        {
            if (request.Route == "POST /carts/{key}") _items.Add(Encoding.UTF8.GetString(request.Body.Span));
            Sender.Tell(request.Reply($"{string.Join(", ", _items)}\n"));
        });
        // To store the cart somewhere before it goes, this is the place.
        Receive<ReceiveTimeout>(_ => Context.Parent.Tell(new Passivate(key)));
    }

    /// <summary>Told to the parent: nobody has used the cart for a while.</summary>
    /// <param name="Key">Its key.</param>
    internal sealed record Passivate(string Key);
}
