using Akka.Actor;

namespace Akka.TestKit.Internal;

/// <summary>What a test kit tells its test actor to do; the test never sees these messages.</summary>
internal interface ITestActorCommand;

/// <summary>Sets what is dropped; null drops nothing.</summary>
internal sealed record SetIgnore(Func<object, bool>? Ignore) : ITestActorCommand;

/// <summary>Sets the auto pilot.</summary>
internal sealed record SetAutoPilot(AutoPilot AutoPilot) : ITestActorCommand;

/// <summary>Watches an actor from now on.</summary>
internal sealed record Watch(IActorRef Subject, TaskCompletionSource Done) : ITestActorCommand;

/// <summary>Watches an actor no more.</summary>
internal sealed record Unwatch(IActorRef Subject, TaskCompletionSource Done) : ITestActorCommand;

/// <summary>Makes a child.</summary>
internal sealed record Spawn(Props Props, string? Name, SupervisorStrategy? Strategy, TaskCompletionSource<IActorRef> Child)
    : ITestActorCommand;
