using Akka.Dispatch;

namespace Akka.Actor;

/// <summary>
/// An actor whose behaviour is a list of handlers, tried in the order in which they were declared: in the constructor, or in the
/// method given to <see cref="Become(Action)"/>.
/// </summary>
public abstract class ReceiveActor : UntypedActor
{
    private readonly Handlers _initial = new();

    /// <summary>The list that is being declared; null when none is.</summary>
    private Handlers? _declaring;

    /// <summary>Creates the actor; the subclass's constructor then declares its handlers.</summary>
    protected ReceiveActor() => _declaring = _initial;

    /// <inheritdoc/>
    public override void AroundPreStart()
    {
        // What the constructor has declared is complete.
        _declaring = null;
        base.AroundPreStart();
    }

    /// <inheritdoc/>
    public override void AroundPostRestart(Exception cause, object? message)
    {
        _declaring = null;
        base.AroundPostRestart(cause, message);
    }

    /// <inheritdoc/>
    protected sealed override void OnReceive(object message)
    {
        if (!_initial.Handle(message))
            Unhandled(message);
    }

    /// <summary>Replaces the behaviour by the handlers that an action declares.</summary>
    /// <param name="configure">Calls <c>Receive</c> and the like.</param>
    protected void Become(Action configure) => Context.Become(Declare(configure));

    /// <summary>Puts the handlers that an action declares on top of the present behaviour.</summary>
    /// <param name="configure">Calls <c>Receive</c> and the like.</param>
    protected void BecomeStacked(Action configure) => Context.BecomeStacked(Declare(configure));

    /// <summary>Declares a handler.</summary>
    /// <typeparam name="T">The class of messages.</typeparam>
    /// <param name="handler">Handles a message.</param>
    /// <param name="shouldHandle">Says whether it wants one; null for all.</param>
    protected void Receive<T>(Action<T> handler, Predicate<T>? shouldHandle = null) => Add(shouldHandle is null
        ? message =>
        {
            if (message is not T typed)
                return false;
            handler(typed);
            return true;
        }
        : message =>
        {
            if (message is not T typed || !shouldHandle(typed))
                return false;
            handler(typed);
            return true;
        });

    /// <summary>Declares a handler.</summary>
    /// <typeparam name="T">The class of messages.</typeparam>
    /// <param name="shouldHandle">Says whether it wants a message.</param>
    /// <param name="handler">Handles it.</param>
    protected void Receive<T>(Predicate<T> shouldHandle, Action<T> handler) => Receive(handler, shouldHandle);

    /// <summary>Declares a handler that decides itself whether it handles a message.</summary>
    /// <typeparam name="T">The class of messages.</typeparam>
    /// <param name="handler">Handles a message; false for not handled.</param>
    protected void Receive<T>(Func<T, bool> handler) => Add(message => message is T typed && handler(typed));

    /// <summary>Declares a handler.</summary>
    /// <param name="messageType">The class of messages.</param>
    /// <param name="handler">Handles a message.</param>
    /// <param name="shouldHandle">Says whether it wants one; null for all.</param>
    protected void Receive(Type messageType, Action<object> handler, Predicate<object>? shouldHandle = null) => Add(message =>
    {
        if (!messageType.IsInstanceOfType(message) || shouldHandle?.Invoke(message) == false)
            return false;
        handler(message);
        return true;
    });

    /// <summary>Declares a handler that decides itself whether it handles a message.</summary>
    /// <param name="messageType">The class of messages.</param>
    /// <param name="handler">Handles a message; false for not handled.</param>
    protected void Receive(Type messageType, Func<object, bool> handler) =>
        Add(message => messageType.IsInstanceOfType(message) && handler(message));

    /// <summary>Declares a handler of every message; none can follow.</summary>
    /// <param name="handler">Handles a message.</param>
    protected void ReceiveAny(Action<object> handler) => Add(
        message =>
        {
            handler(message);
            return true;
        },
        catchesAll: true);

    /// <summary>Declares an asynchronous handler; no other message is handled before it is done.</summary>
    /// <typeparam name="T">The class of messages.</typeparam>
    /// <param name="handler">Handles a message; after an <c>await</c> it goes on inside the actor.</param>
    /// <param name="shouldHandle">Says whether it wants one; null for all.</param>
    protected void ReceiveAsync<T>(Func<T, Task> handler, Predicate<T>? shouldHandle = null) =>
        Receive(message => ActorTaskScheduler.RunTask(() => handler(message)), shouldHandle);

    /// <summary>Declares an asynchronous handler; no other message is handled before it is done.</summary>
    /// <typeparam name="T">The class of messages.</typeparam>
    /// <param name="shouldHandle">Says whether it wants a message.</param>
    /// <param name="handler">Handles it; after an <c>await</c> it goes on inside the actor.</param>
    protected void ReceiveAsync<T>(Predicate<T> shouldHandle, Func<T, Task> handler) => ReceiveAsync(handler, shouldHandle);

    /// <summary>Declares an asynchronous handler; no other message is handled before it is done.</summary>
    /// <param name="messageType">The class of messages.</param>
    /// <param name="handler">Handles a message; after an <c>await</c> it goes on inside the actor.</param>
    /// <param name="shouldHandle">Says whether it wants one; null for all.</param>
    protected void ReceiveAsync(Type messageType, Func<object, Task> handler, Predicate<object>? shouldHandle = null) =>
        Receive(messageType, message => ActorTaskScheduler.RunTask(() => handler(message)), shouldHandle);

    /// <summary>Declares an asynchronous handler of every message; none can follow.</summary>
    /// <param name="handler">Handles a message; after an <c>await</c> it goes on inside the actor.</param>
    protected void ReceiveAnyAsync(Func<object, Task> handler) =>
        ReceiveAny(message => ActorTaskScheduler.RunTask(() => handler(message)));

    private Receive Declare(Action configure)
    {
        var outer = _declaring;
        var handlers = new Handlers();
        _declaring = handlers;
        try
        {
            configure();
        }
        finally
        {
            _declaring = outer;
        }

        return handlers.Handle;
    }

    private void Add(Func<object, bool> handler, bool catchesAll = false)
    {
        if (_declaring is null)
            throw new InvalidOperationException("You may only call Receive-methods when constructing the actor and inside Become().");
        _declaring.Add(handler, catchesAll);
    }

    /// <summary>Handlers in the order of their declaration.</summary>
    private sealed class Handlers
    {
        private readonly List<Func<object, bool>> _handlers = [];
        private bool _complete;

        public void Add(Func<object, bool> handler, bool catchesAll)
        {
            if (_complete)
                throw new InvalidOperationException("A handler that catches all messages has been added. No handler can be added after that.");
            _handlers.Add(handler);
            _complete = catchesAll;
        }

        public bool Handle(object message)
        {
            foreach (var handler in _handlers)
            {
                if (handler(message))
                    return true;
            }

            return false;
        }
    }
}
