using System.Diagnostics;
using OrleansAi.Testing;
using OrleansAi.VendorDouble;

namespace OrleansAi.Tests.EndToEnd;

/// <summary>Where a deployment stores.</summary>
public enum Storage
{
    Sqlite,
    PostgreSql,
}

/// <summary>A vendor double, a storage and the processes over them.</summary>
public sealed class Deployment : IAsyncDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("orleansai-e2e-").FullName;
    private readonly List<SiloProcess> _processes = [];
    private readonly Dictionary<string, string> _shared;
    private readonly int[] _ports = Ports.Free(3);

    private Deployment(VendorServer vendor, Dictionary<string, string> shared)
    {
        Vendor = vendor;
        _shared = shared;
    }

    public VendorServer Vendor { get; }

    /// <summary>How the database is reached that the processes share.</summary>
    public string ConnectionString => _shared.GetValueOrDefault("OrleansAi:Storage:ConnectionString")
        ?? $"Data Source={Path.Combine(_directory, "data", "orleansai.db")}";

    /// <summary>Where cluster clients reach the one silo.</summary>
    public int GatewayPort => _ports[2];

    public static string SiloAssembly => Assembly("silo", "OrleansAi.Silo");

    public static string CliAssembly => Assembly("client", "OrleansAi.Cli");

    public static string FrontAssembly => Assembly("client", "OrleansAi.Front");

    public static async Task<Deployment> CreateAsync(Storage storage, PostgreSqlFixture postgreSql)
    {
        var vendor = await VendorServer.StartAsync();
        var settings = new Dictionary<string, string>
        {
            ["OrleansAi:Vendors:double:Kind"] = "openai",
            ["OrleansAi:Vendors:double:Endpoint"] = vendor.Endpoint,
            ["OrleansAi:Models:default:Candidates:0:Vendor"] = "double",
            ["OrleansAi:Models:default:Candidates:0:Model"] = "m1",
            ["OrleansAi:Storage:Provider"] = storage.ToString(),
        };
        if (storage == Storage.PostgreSql)
        {
            settings["OrleansAi:Storage:ConnectionString"] = await postgreSql.Instance.CreateDatabaseAsync();
        }

        return new Deployment(vendor, settings);
    }

    /// <summary>Starts the one silo of the deployment, on the same ports each time.</summary>
    public Task<SiloProcess> StartAsync(string? killAt = null, params (string Key, string Value)[] more) =>
        StartSiloAsync(_ports, [.. more, .. killAt is null ? [] : new[] { ("OrleansAi:Testing:KillAt", killAt) }]);

    /// <summary>Starts the one silo to be killed at a fault point, ready by then or not.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> RunUntilDeadAsync(string killAt, params (string Key, string Value)[] more)
    {
        await using var process = await SiloProcess.StartAsync(
            SiloAssembly, _directory, SiloSettings(_ports, [.. more, ("OrleansAi:Testing:KillAt", killAt)]), waitsForReady: false);
        return await process.WaitForExitAsync();
    }

    /// <summary>Starts a further silo of a cluster.</summary>
    public Task<SiloProcess> StartMemberAsync(params (string Key, string Value)[] more) => StartMemberAsync(Ports.Free(3), more);

    /// <summary>Starts a silo of a cluster, again perhaps, on ports of its own.</summary>
    /// <param name="ports">Those of HTTP, of silos and of clients.</param>
    /// <param name="more">Further configuration.</param>
    public Task<SiloProcess> StartMemberAsync(int[] ports, params (string Key, string Value)[] more) =>
        StartSiloAsync(ports, [.. more, ("OrleansAi:Cluster:Mode", "PostgreSql")]);

    /// <summary>Starts a front that is no silo.</summary>
    public Task<SiloProcess> StartFrontAsync(params (string Key, string Value)[] more) => LaunchAsync(FrontAssembly, With(more, new(StringComparer.Ordinal)
    {
        ["urls"] = $"http://127.0.0.1:{Ports.Free(1)[0]}",
        ["OrleansAi:Cluster:Mode"] = "PostgreSql",
        ["OrleansAi:Storage:ConnectionString"] = ConnectionString,
    }));

    /// <summary>Starts a front that is no silo, connected to the one silo of this deployment.</summary>
    public Task<SiloProcess> StartLocalFrontAsync(params (string Key, string Value)[] more) => LaunchAsync(FrontAssembly, With(more, new(StringComparer.Ordinal)
    {
        ["urls"] = $"http://127.0.0.1:{Ports.Free(1)[0]}",
        ["OrleansAi:Cluster:GatewayPort"] = _ports[2].ToString(System.Globalization.CultureInfo.InvariantCulture),
    }));

    /// <summary>Runs a command of the silo's program over the deployment's storage, to its end.</summary>
    /// <param name="settings">Configuration besides the storage.</param>
    /// <param name="arguments">The command.</param>
    public async Task<(int ExitCode, string Output, string Errors)> RunAsync(
        IReadOnlyList<(string Key, string Value)> settings, params IReadOnlyList<string> arguments)
    {
        var start = ProductProgram.Start(SiloAssembly, arguments);
        start.WorkingDirectory = _directory;
        foreach (var (key, value) in _shared.Select(static pair => (pair.Key, pair.Value)).Concat(settings))
        {
            start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        return (process.ExitCode, await output, await errors);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            await process.DisposeAsync();
        }

        await Vendor.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private Task<SiloProcess> StartSiloAsync(int[] ports, (string Key, string Value)[] more) => LaunchAsync(SiloAssembly, SiloSettings(ports, more));

    private Dictionary<string, string> SiloSettings(int[] ports, (string Key, string Value)[] more) => With(more, new Dictionary<string, string>(_shared)
    {
        ["urls"] = $"http://127.0.0.1:{ports[0]}",
        ["OrleansAi:Cluster:SiloPort"] = ports[1].ToString(System.Globalization.CultureInfo.InvariantCulture),
        ["OrleansAi:Cluster:GatewayPort"] = ports[2].ToString(System.Globalization.CultureInfo.InvariantCulture),
    });

    private static Dictionary<string, string> With((string Key, string Value)[] more, Dictionary<string, string> settings)
    {
        foreach (var (key, value) in more)
        {
            settings[key] = value;
        }

        return settings;
    }

    private async Task<SiloProcess> LaunchAsync(string assembly, Dictionary<string, string> settings)
    {
        var process = await SiloProcess.StartAsync(assembly, _directory, settings, waitsForReady: false);
        _processes.Add(process);
        await process.WaitUntilReadyAsync();
        return process;
    }

    /// <summary>A file of the repository.</summary>
    public static string PathOf(params ReadOnlySpan<string> parts)
    {
        // …/tests/OrleansAi.Tests.EndToEnd/bin/Release/net10.0
        var root = Output.Parent!.Parent!.Parent!.Parent!.Parent!.FullName;
        return Path.Combine([root, .. parts]);
    }

    private static DirectoryInfo Output => new(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));

    private static string Assembly(string folder, string project) =>
        PathOf(folder, project, "bin", Output.Parent!.Name, Output.Name, $"{project}.dll");
}
