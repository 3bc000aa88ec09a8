using OrleansAi.Silo.Configuration;
using OrleansAi.Silo.Hosting;

namespace OrleansAi.Silo.Commands;

/// <summary>What a command needs of the silo: its configuration and its storage, without the silo.</summary>
internal static class CommandServices
{
    /// <summary>Composes the services. Nothing is opened yet.</summary>
    /// <param name="args">Configuration from the command line.</param>
    /// <param name="add">Adds what the command needs besides; null for nothing.</param>
    public static ServiceProvider Create(string[] args, Action<IServiceCollection>? add = null)
    {
        var configuration = new ConfigurationBuilder()
            .AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"), optional: true)
            .AddEnvironmentVariables()
            .AddCommandLine(args)
            .Build();
        UnknownKeys.Refuse(configuration);
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(configuration);
        services.AddLogging(static logging => logging
            .SetMinimumLevel(LogLevel.Warning)
            .AddConsole(static console => console.LogToStandardErrorThreshold = LogLevel.Trace));
        add?.Invoke(services);
        SiloSetup.AddStorage(
            services, configuration.GetSection(StorageOptions.Section).Get<StorageOptions>() ?? new StorageOptions());
        return services.BuildServiceProvider();
    }
}
