using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Akka.Actor;
using Akka.Configuration;
using Akka.DependencyInjection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Akka.Hosting;

/// <summary>Puts actor systems into generic hosts.</summary>
public static class AkkaHostingExtensions
{
    /// <summary>
    /// Adds an actor system, which starts and stops with the host. <see cref="ActorSystem"/>, <see cref="IActorRegistry"/> and
    /// <see cref="IRequiredActor{TActor}"/> become services.
    /// </summary>
    /// <param name="services">The services of the host.</param>
    /// <param name="actorSystemName">The name of the system.</param>
    /// <param name="builder">Says what it is made from.</param>
    /// <returns>The services.</returns>
    public static IServiceCollection AddAkka(this IServiceCollection services, string actorSystemName, Action<AkkaConfigurationBuilder> builder)
    {
        // It may add services, so it runs now.
        var configuration = new AkkaConfigurationBuilder(services, actorSystemName);
        builder(configuration);
        services.AddSingleton(configuration);
        return services.AddAkkaServices<AkkaHostedService>();
    }

    /// <inheritdoc cref="AddAkka(IServiceCollection, string, Action{AkkaConfigurationBuilder})"/>
    /// <param name="services">The services of the host.</param>
    /// <param name="actorSystemName">The name of the system.</param>
    /// <param name="builder">Says what it is made from; runs when the system is made.</param>
    public static IServiceCollection AddAkka(
        this IServiceCollection services,
        string actorSystemName,
        Action<AkkaConfigurationBuilder, IServiceProvider> builder) => services.AddAkka<AkkaHostedService>(actorSystemName, builder);

    /// <inheritdoc cref="AddAkka(IServiceCollection, string, Action{AkkaConfigurationBuilder})"/>
    /// <typeparam name="T">What starts and stops the system.</typeparam>
    /// <param name="services">The services of the host.</param>
    /// <param name="actorSystemName">The name of the system.</param>
    /// <param name="builder">Says what it is made from; runs when the system is made.</param>
    public static IServiceCollection AddAkka<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>(
        this IServiceCollection services,
        string actorSystemName,
        Action<AkkaConfigurationBuilder, IServiceProvider> builder)
        where T : AkkaHostedService
    {
        services.AddSingleton(provider =>
        {
            var configuration = new AkkaConfigurationBuilder(services, actorSystemName);
            builder(configuration, provider);
            return configuration;
        });
        return services.AddAkkaServices<T>();
    }

    /// <summary>Adds a configuration.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="hocon">The configuration.</param>
    /// <param name="addMode">Where it goes beside those that were added before.</param>
    /// <returns>The builder.</returns>
    public static AkkaConfigurationBuilder AddHocon(this AkkaConfigurationBuilder builder, Config hocon, HoconAddMode addMode) =>
        builder.AddHoconConfiguration(hocon, addMode);

    /// <summary>Adds a part of the application's configuration.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configuration">A section, whose own key counts, or the root.</param>
    /// <param name="addMode">Where it goes beside those that were added before.</param>
    /// <param name="normalizeKeys">Whether keys are turned into lower case.</param>
    /// <returns>The builder.</returns>
    public static AkkaConfigurationBuilder AddHocon(
        this AkkaConfigurationBuilder builder,
        IConfiguration configuration,
        HoconAddMode addMode,
        bool normalizeKeys = true) => builder.AddHoconConfiguration(configuration.ToHocon(normalizeKeys), addMode);

    /// <summary>Adds a file.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="hoconFilePath">The file.</param>
    /// <param name="addMode">Where it goes beside those that were added before.</param>
    /// <returns>The builder.</returns>
    public static AkkaConfigurationBuilder AddHoconFile(this AkkaConfigurationBuilder builder, string hoconFilePath, HoconAddMode addMode) =>
        builder.AddHoconConfiguration(ConfigurationFactory.ParseFile(hoconFilePath), addMode);

    /// <summary>Makes actors when the system starts.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="actorStarter">Makes them.</param>
    /// <returns>The builder.</returns>
    public static AkkaConfigurationBuilder WithActors(this AkkaConfigurationBuilder builder, Action<ActorSystem, IActorRegistry> actorStarter) =>
        builder.StartActors(actorStarter);

    /// <inheritdoc cref="WithActors(AkkaConfigurationBuilder, Action{ActorSystem, IActorRegistry})"/>
    public static AkkaConfigurationBuilder WithActors(
        this AkkaConfigurationBuilder builder,
        Action<ActorSystem, IActorRegistry, IDependencyResolver> actorStarter) => builder.StartActors(actorStarter);

    /// <inheritdoc cref="WithActors(AkkaConfigurationBuilder, Action{ActorSystem, IActorRegistry})"/>
    public static AkkaConfigurationBuilder WithActors(this AkkaConfigurationBuilder builder, ActorStarter actorStarter) =>
        builder.StartActors(actorStarter);

    /// <inheritdoc cref="WithActors(AkkaConfigurationBuilder, Action{ActorSystem, IActorRegistry})"/>
    public static AkkaConfigurationBuilder WithActors(this AkkaConfigurationBuilder builder, ActorStarterWithResolver actorStarter) =>
        builder.StartActors(actorStarter);

    /// <summary>Sets how long an <c>Ask</c> without a timeout waits.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="timeout">How long; zero or infinite for ever.</param>
    /// <returns>The builder.</returns>
    public static AkkaConfigurationBuilder WithActorAskTimeout(this AkkaConfigurationBuilder builder, TimeSpan timeout) =>
        builder.AddHoconConfiguration(
            timeout <= TimeSpan.Zero
                ? "akka.actor.ask-timeout = infinite"
                : string.Create(CultureInfo.InvariantCulture, $"akka.actor.ask-timeout = {timeout.TotalMilliseconds}ms"),
            HoconAddMode.Prepend);

    /// <summary>Sets how the system logs.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configBuilder">Says how.</param>
    /// <returns>The builder.</returns>
    public static AkkaConfigurationBuilder ConfigureLoggers(this AkkaConfigurationBuilder builder, Action<LoggerConfigBuilder> configBuilder)
    {
        configBuilder(builder.Loggers);
        return builder;
    }

    private static IServiceCollection AddAkkaServices<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>(
        this IServiceCollection services)
        where T : AkkaHostedService
    {
        services.AddSingleton(static provider => provider.GetRequiredService<AkkaConfigurationBuilder>().Build(provider));
        services.AddSingleton(static provider => ActorRegistry.For(provider.GetRequiredService<ActorSystem>()));
        services.AddSingleton<IActorRegistry>(static provider => provider.GetRequiredService<ActorRegistry>());
        services.AddSingleton<IReadOnlyActorRegistry>(static provider => provider.GetRequiredService<ActorRegistry>());
        services.TryAddSingleton(typeof(IRequiredActor<>), typeof(RequiredActor<>));
        services.AddHostedService<T>();
        return services;
    }
}
