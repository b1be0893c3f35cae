namespace Akka.Actor;

/// <summary>Questions: messages whose answer completes a task.</summary>
public static class Futures
{
    /// <summary>Asks.</summary>
    /// <param name="self">Whom to ask.</param>
    /// <param name="message">The question.</param>
    /// <param name="timeout">How long to wait; null for <c>akka.actor.ask-timeout</c>.</param>
    /// <returns>The answer, a <see cref="Status.Failure"/> too. Fails with <see cref="AskTimeoutException"/>.</returns>
    public static Task<object> Ask(this ICanTell self, object message, TimeSpan? timeout = null) =>
        self.Ask<object>(message, timeout, CancellationToken.None);

    /// <summary>Asks.</summary>
    /// <param name="self">Whom to ask.</param>
    /// <param name="message">The question.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The answer.</returns>
    public static Task<object> Ask(this ICanTell self, object message, CancellationToken cancellationToken) =>
        self.Ask<object>(message, null, cancellationToken);

    /// <summary>Asks.</summary>
    /// <param name="self">Whom to ask.</param>
    /// <param name="message">The question.</param>
    /// <param name="timeout">How long to wait; null for <c>akka.actor.ask-timeout</c>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The answer.</returns>
    public static Task<object> Ask(this ICanTell self, object message, TimeSpan? timeout, CancellationToken cancellationToken) =>
        self.Ask<object>(message, timeout, cancellationToken);

    /// <summary>Asks.</summary>
    /// <typeparam name="T">
    /// The class of the answer; with a <see cref="Status.Failure"/> instead the task fails with its cause, with anything else with
    /// <see cref="ArgumentException"/>.
    /// </typeparam>
    /// <param name="self">Whom to ask.</param>
    /// <param name="message">The question.</param>
    /// <param name="timeout">How long to wait; null for <c>akka.actor.ask-timeout</c>.</param>
    /// <returns>The answer.</returns>
    public static Task<T> Ask<T>(this ICanTell self, object message, TimeSpan? timeout = null) =>
        self.Ask<T>(message, timeout, CancellationToken.None);

    /// <summary>Asks.</summary>
    /// <typeparam name="T">
    /// The class of the answer; with a <see cref="Status.Failure"/> instead the task fails with its cause, with anything else with
    /// <see cref="ArgumentException"/>.
    /// </typeparam>
    /// <param name="self">Whom to ask.</param>
    /// <param name="message">The question.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The answer.</returns>
    public static Task<T> Ask<T>(this ICanTell self, object message, CancellationToken cancellationToken) =>
        self.Ask<T>(message, null, cancellationToken);

    /// <summary>Asks.</summary>
    /// <typeparam name="T">
    /// The class of the answer; with a <see cref="Status.Failure"/> instead the task fails with its cause, with anything else with
    /// <see cref="ArgumentException"/>.
    /// </typeparam>
    /// <param name="self">Whom to ask.</param>
    /// <param name="message">The question.</param>
    /// <param name="timeout">How long to wait; null for <c>akka.actor.ask-timeout</c>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The answer.</returns>
    public static Task<T> Ask<T>(this ICanTell self, object message, TimeSpan? timeout, CancellationToken cancellationToken) =>
        self.Ask<T>(_ => message, timeout, cancellationToken);

    /// <summary>Asks with a question that carries whom to answer.</summary>
    /// <typeparam name="T">
    /// The class of the answer; with a <see cref="Status.Failure"/> instead the task fails with its cause, with anything else with
    /// <see cref="ArgumentException"/>.
    /// </typeparam>
    /// <param name="self">Whom to ask.</param>
    /// <param name="messageFactory">Makes the question from the reference to answer to.</param>
    /// <param name="timeout">How long to wait; null for <c>akka.actor.ask-timeout</c>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The answer.</returns>
    /// <exception cref="ArgumentException">The receiver belongs to no actor system.</exception>
    public static async Task<T> Ask<T>(
        this ICanTell self,
        Func<IActorRef, object> messageFactory,
        TimeSpan? timeout,
        CancellationToken cancellationToken)
    {
        var provider = ProviderOf(self)
            ?? throw new ArgumentException("Unable to resolve the target Provider", nameof(self));
        var limit = timeout ?? provider.Settings.AskTimeout;
        var path = provider.TempPath();
        var future = new FutureActorRef<T>(provider, path);
        provider.RegisterTempActor(future, path);
        using var timer = StartTimer(provider, future, limit, self);
        using var cancellation = cancellationToken.UnsafeRegister(
            static (state, token) => ((FutureActorRef<T>)state!).Cancel(token),
            future);
        try
        {
            self.Tell(messageFactory(future), future);
            return await future.Answer.ConfigureAwait(false);
        }
        finally
        {
            timer?.Cancel();
            provider.UnregisterTempActor(path);
        }
    }

    private static Cancelable? StartTimer<T>(IActorRefProvider provider, FutureActorRef<T> future, TimeSpan limit, ICanTell receiver)
    {
        if (limit == Timeout.InfiniteTimeSpan || limit == TimeSpan.MaxValue)
            return null;
        var scheduler = provider.System.Scheduler.Advanced;
        var timer = new Cancelable(scheduler);
        scheduler.ScheduleOnce(
            limit,
            () => future.Fail(new AskTimeoutException($"No answer from {receiver} within {limit}")),
            timer);
        return timer;
    }

    private static IActorRefProvider? ProviderOf(ICanTell receiver) => receiver switch
    {
        ActorSelection { Anchor: IInternalActorRef anchor } => anchor.Provider,
        IInternalActorRef { } actor and not Nobody => actor.Provider,
        _ => ActorCell.Current?.SystemImpl.Provider,
    };
}
