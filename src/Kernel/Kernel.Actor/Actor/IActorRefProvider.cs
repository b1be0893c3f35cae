namespace Akka.Actor;

/// <summary>Makes references and finds actors by path.</summary>
public interface IActorRefProvider
{
    /// <summary>The top of the tree.</summary>
    IInternalActorRef RootGuardian { get; }

    /// <summary>The supervisor of the user's actors.</summary>
    LocalActorRef Guardian { get; }

    /// <summary>The supervisor of the kernel's own actors.</summary>
    LocalActorRef SystemGuardian { get; }

    /// <summary>Takes messages that have no receiver.</summary>
    IActorRef DeadLetters { get; }

    /// <summary>The path of the top of the tree.</summary>
    ActorPath RootPath { get; }

    /// <summary>The settings of the system.</summary>
    Settings Settings { get; }

    /// <summary>The system.</summary>
    ExtendedActorSystem System { get; }

    /// <summary>What the configuration says about actors at certain paths.</summary>
    Deployer Deployer { get; }

    /// <summary>The parent of the senders of questions.</summary>
    IInternalActorRef TempContainer { get; }

    /// <summary>Completes when the top of the tree has ended.</summary>
    Task TerminationTask { get; }

    /// <summary>The system's address.</summary>
    Address DefaultAddress { get; }

    /// <summary>A path for the sender of a question.</summary>
    /// <returns>A path that was not given before.</returns>
    ActorPath TempPath();

    /// <summary>Lets the sender of a question be found by path.</summary>
    /// <param name="actorRef">The sender.</param>
    /// <param name="path">Its path.</param>
    void RegisterTempActor(IInternalActorRef actorRef, ActorPath path);

    /// <summary>Forgets the sender of a question.</summary>
    /// <param name="path">Its path.</param>
    void UnregisterTempActor(ActorPath path);

    /// <summary>Makes an actor that has not started yet and that its supervisor does not know of yet.</summary>
    /// <param name="system">The system.</param>
    /// <param name="props">What it is made from.</param>
    /// <param name="supervisor">Its supervisor.</param>
    /// <param name="parentPath">Its supervisor's path.</param>
    /// <param name="name">Its name.</param>
    /// <returns>The actor.</returns>
    IInternalActorRef ActorOf(ActorSystemImpl system, Props props, IInternalActorRef supervisor, ActorPath parentPath, string name);

    /// <summary>Finds an actor.</summary>
    /// <param name="path">Its full path, as text.</param>
    /// <returns>The actor; what goes to one that is not there goes to dead letters.</returns>
    IActorRef ResolveActorRef(string path);

    /// <summary>Finds an actor.</summary>
    /// <param name="actorPath">Its path.</param>
    /// <returns>The actor; what goes to one that is not there goes to dead letters.</returns>
    IActorRef ResolveActorRef(ActorPath actorPath);

    /// <summary>The top of a system's tree.</summary>
    /// <param name="address">The system's address.</param>
    /// <returns>The top; dead letters for another system.</returns>
    IActorRef RootGuardianAt(Address address);

    /// <summary>The address under which an actor here is reached from another system.</summary>
    /// <param name="address">The other system's address.</param>
    /// <returns>The address; null when it cannot be reached.</returns>
    Address? GetExternalAddressFor(Address address);
}
