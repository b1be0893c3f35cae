using System.Diagnostics.CodeAnalysis;
using Akka.Actor;
using Akka.Actor.Setup;
using Microsoft.Extensions.DependencyInjection;

namespace Akka.DependencyInjection;

/// <summary>Makes actors whose constructors take services.</summary>
public interface IDependencyResolver
{
    /// <summary>Props of an actor whose constructor takes services beside some arguments.</summary>
    /// <typeparam name="T">The class of the actor.</typeparam>
    /// <param name="args">The arguments that are no services.</param>
    /// <returns>The props.</returns>
    Props Props<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>(params object[] args)
        where T : ActorBase;

    /// <summary>Props of an actor whose constructor takes services beside some arguments.</summary>
    /// <param name="type">The class of the actor.</param>
    /// <param name="args">The arguments that are no services.</param>
    /// <returns>The props.</returns>
    Props Props([DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] Type type, params object[] args);

    /// <summary>A service.</summary>
    /// <typeparam name="T">Its class.</typeparam>
    /// <returns>The service; null when there is none.</returns>
    T? GetService<T>();

    /// <summary>A service.</summary>
    /// <param name="type">Its class.</param>
    /// <returns>The service; null when there is none.</returns>
    object? GetService(Type type);
}

/// <summary>The services of a system, as a part of its set-up.</summary>
public sealed class DependencyResolverSetup : Setup
{
    private DependencyResolverSetup(IServiceProvider serviceProvider) => ServiceProvider = serviceProvider;

    /// <summary>The services.</summary>
    public IServiceProvider ServiceProvider { get; }

    /// <summary>Creates the part.</summary>
    /// <param name="provider">The services.</param>
    /// <returns>The part.</returns>
    public static DependencyResolverSetup Create(IServiceProvider provider) => new(provider);
}

/// <summary>Finds the resolver of a system.</summary>
public sealed class DependencyResolverExtension : ExtensionIdProvider<DependencyResolver>
{
    /// <inheritdoc/>
    public override DependencyResolver CreateExtension(ExtendedActorSystem system)
    {
        var setup = system.Settings.Setup.Get<DependencyResolverSetup>();
        return setup.HasValue
            ? new DependencyResolver(new ServiceProviderDependencyResolver(setup.Value.ServiceProvider))
            : throw new InvalidOperationException($"Unable to find [{nameof(DependencyResolverSetup)}] in the set-up of the actor system");
    }
}

/// <summary>Makes actors of a system whose constructors take services.</summary>
public sealed class DependencyResolver : IExtension
{
    internal DependencyResolver(IDependencyResolver resolver) => Resolver = resolver;

    /// <summary>Makes the actors.</summary>
    public IDependencyResolver Resolver { get; }

    /// <summary>The resolver of a system.</summary>
    /// <param name="actorSystem">The system, made with a <see cref="DependencyResolverSetup"/>.</param>
    /// <returns>Its resolver.</returns>
    public static DependencyResolver For(ActorSystem actorSystem) => actorSystem.WithExtension<DependencyResolver, DependencyResolverExtension>();

    /// <inheritdoc cref="IDependencyResolver.Props{T}(object[])"/>
    public Props Props<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>(params object[] args)
        where T : ActorBase => Resolver.Props<T>(args);
}

/// <summary>Takes services from a provider. Each instance of an actor has a scope of its own, which ends with it.</summary>
internal sealed class ServiceProviderDependencyResolver(IServiceProvider provider) : IDependencyResolver
{
    public Props Props<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>(params object[] args)
        where T : ActorBase => Props(typeof(T), args);

    public Props Props([DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] Type type, params object[] args) =>
        Actor.Props.CreateBy(new Producer(provider, type, args), args);

    public T? GetService<T>() => provider.GetService<T>();

    public object? GetService(Type type) => provider.GetService(type);

    private sealed class Producer(
        IServiceProvider provider,
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] Type type,
        object[] args) : IIndirectActorProducer
    {
        private readonly System.Runtime.CompilerServices.ConditionalWeakTable<ActorBase, IServiceScope> _scopes = [];

        public Type ActorType => type;

        public ActorBase Produce()
        {
            var scope = provider.CreateScope();
            try
            {
                var actor = (ActorBase)ActivatorUtilities.CreateInstance(scope.ServiceProvider, type, args);
                _scopes.Add(actor, scope);
                return actor;
            }
            catch
            {
                scope.Dispose();
                throw;
            }
        }

        public void Release(ActorBase actor)
        {
            if (!_scopes.TryGetValue(actor, out var scope))
                return;
            _scopes.Remove(actor);
            scope.Dispose();
        }
    }
}
