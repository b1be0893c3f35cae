using Akka.Actor;

namespace Kernel.Tests.Kit;

/// <summary>Answers every message with itself.</summary>
internal sealed class Echo : ActorBase
{
    protected override bool Receive(object message)
    {
        Sender.Tell(message, Self);
        return true;
    }
}

/// <summary>Throws what it gets.</summary>
internal sealed class Thrower : ReceiveActor
{
    public Thrower()
    {
        Receive<Exception>(exception => throw exception);
        Receive<string>(text => Sender.Tell(text, Self));
    }
}
