using System.Net;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Storage;
using OrleansAi.Collections;
using OrleansAi.Collections.Ingestion;
using OrleansAi.Contracts.Errors;
using OrleansAi.Engine.Conversations;
using OrleansAi.Engine.Faults;
using OrleansAi.Engine.Retention;
using OrleansAi.Engine.Runs;
using OrleansAi.Files;
using OrleansAi.Grains;
using OrleansAi.Http;
using OrleansAi.Journal;
using OrleansAi.Silo.Configuration;
using OrleansAi.Silo.Documentation;
using OrleansAi.Silo.Testing;
using OrleansAi.Storage;
using OrleansAi.Vendors;

namespace OrleansAi.Silo.Hosting;

/// <summary>The composition root of a silo.</summary>
internal static class SiloSetup
{
    private const string NpgsqlInvariant = "Npgsql";

    /// <summary>Adds storage, vendors, grains and the sweep, and makes the host an Orleans silo.</summary>
    public static void AddOrleansAiSilo(this WebApplicationBuilder builder)
    {
        var configuration = builder.Configuration;
        UnknownKeys.Refuse(configuration);
        var storage = configuration.GetSection(StorageOptions.Section).Get<StorageOptions>() ?? new StorageOptions();
        var cluster = configuration.GetSection(ClusterSettings.Section).Get<ClusterSettings>() ?? new ClusterSettings();
        if (cluster.Mode == ClusterMode.PostgreSql && storage.Provider != StorageProvider.PostgreSql)
        {
            throw new OrleansAiException(
                ErrorCodes.InvalidRequest,
                "OrleansAi:Cluster:Mode=PostgreSql needs OrleansAi:Storage:Provider=PostgreSql: the membership is in that database.");
        }

        var services = builder.Services;
        services.AddOptions<StorageOptions>().BindConfiguration(StorageOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<ClusterSettings>().BindConfiguration(ClusterSettings.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<JournalOptions>().BindConfiguration("OrleansAi:Journal").ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<ConversationOptions>().BindConfiguration("OrleansAi:Conversations").ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<FileLimits>().BindConfiguration(FileLimits.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<IngestionOptions>().BindConfiguration(IngestionOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        AddRetention(services, configuration);
        if (configuration["OrleansAi:Testing:KillAt"] is { Length: > 0 } killAt)
        {
            services.AddSingleton<IFaultPoints>(new KillingFaultPoints(killAt));
        }

        services.AddSingleton(BuildInfo.Current with { Configuration = ConfigurationHash.Of(configuration) });
        if (configuration.GetValue<bool>("OrleansAi:Testing:SkipReadConfirmation"))
        {
            services.AddSingleton(new ReadConfirmation(IsOn: false));
        }

        services.AddOrleansAiGrains();
        services.AddOrleansAiVendors(configuration.GetSection("OrleansAi"));
        AddStorage(services, storage);
        builder.Host.UseOrleans(silo =>
        {
            silo.Configure<Orleans.Configuration.ClusterOptions>(options =>
            {
                options.ClusterId = cluster.ClusterId;
                options.ServiceId = cluster.ServiceId;
            });
            silo.Configure<ClusterMembershipOptions>(options =>
            {
                // The bounds follow from it as Orleans' own defaults do; it would take them from its own.
                options.ProbeTimeout = TimeSpan.FromSeconds(cluster.ProbeSeconds);
                options.MinProbeTimeout = options.ProbeTimeout / 2;
                options.MaxProbeTimeout = options.ProbeTimeout * 4;
            });
            silo.Configure<SiloMessagingOptions>(options =>
            {
                options.MaxEnqueuedRequestsSoftLimit = 5_000;
                options.MaxEnqueuedRequestsHardLimit = 20_000;
            });
            if (TelemetryExtensions.ExportsTraces(configuration))
            {
                silo.AddActivityPropagation();
            }

            if (cluster.Mode == ClusterMode.Single)
            {
                silo.UseLocalhostClustering(cluster.SiloPort, cluster.GatewayPort, null, cluster.ServiceId, cluster.ClusterId);
            }
            else
            {
                silo.ConfigureEndpoints(
                    IPAddress.Parse(cluster.AdvertisedAddress), cluster.SiloPort, cluster.GatewayPort, listenOnAnyHostAddress: false);
                silo.UseAdoNetClustering(options =>
                {
                    options.Invariant = NpgsqlInvariant;
                    options.ConnectionString = storage.ConnectionString;
                });
            }

            if (storage.Provider == StorageProvider.PostgreSql)
            {
                silo.AddAdoNetGrainStorage(GrainsServiceCollectionExtensions.SnapshotStorageName, options =>
                {
                    options.Invariant = NpgsqlInvariant;
                    options.ConnectionString = storage.ConnectionString;
                    options.DeleteStateOnClear = true;
                });

                // Chosen once for all: another one later would be a migration of stored data.
                services.AddOptions<AdoNetGrainStorageOptions>(GrainsServiceCollectionExtensions.SnapshotStorageName)
                    .Configure<IServiceProvider>(static (options, provider) => options.GrainStorageSerializer =
                        ActivatorUtilities.CreateInstance<OrleansGrainStorageSerializer>(provider));
            }
            else
            {
                silo.AddSqliteGrainStorage(GrainsServiceCollectionExtensions.SnapshotStorageName);
            }
        });
        services.AddOptions<AlertOptions>().BindConfiguration(AlertOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<AlertWebhook>();
        services.AddHostedService(static provider => provider.GetRequiredService<AlertWebhook>());
        services.AddHostedService<VendorReportService>();
        services.AddOptions<DocumentationOptions>().BindConfiguration(DocumentationOptions.Section);
        services.AddHostedService<DocumentationService>();
        services.AddSingleton<SweepService>();
        services.AddHostedService(static provider => provider.GetRequiredService<SweepService>());
        services.AddHealthChecks().AddCheck<SiloReadiness>("silo");
    }

    private static void AddRetention(IServiceCollection services, ConfigurationManager configuration)
    {
        try
        {
            configuration.GetSection(RetentionOptions.Section).Get<RetentionOptions>();
        }
        catch (InvalidOperationException exception)
        {
            // A limit that is no time or number: the message has the value and the key.
            throw new OrleansAiException(ErrorCodes.InvalidRequest, exception.Message, exception);
        }

        services.AddOptions<RetentionOptions>().BindConfiguration(RetentionOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddHostedService<RetentionService>();
    }

    /// <summary>Adds the journal over the configured database.</summary>
    public static void AddStorage(IServiceCollection services, StorageOptions storage)
    {
        if (storage.Provider == StorageProvider.PostgreSql)
        {
            services.AddOrleansAiPostgreSqlStorage(storage.ConnectionString);
        }
        else
        {
            services.AddOrleansAiSqliteStorage(storage.ConnectionString);
        }
    }
}
