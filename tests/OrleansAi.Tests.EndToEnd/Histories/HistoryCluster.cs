using System.Collections.Concurrent;
using Npgsql;
using OrleansAi.Testing;

namespace OrleansAi.Tests.EndToEnd.Histories;

/// <summary>Silos of one cluster on PostgreSQL, each with its HTTP front, and a front that is no silo; they can be killed, paused and started again.</summary>
internal sealed class HistoryCluster : IAsyncDisposable
{
    private const int Dead = 6;
    private static readonly TimeSpan Afterlife = TimeSpan.FromSeconds(6);
    private readonly Deployment _deployment;
    private readonly (string Key, string Value)[] _settings;
    private readonly int[][] _ports;
    private readonly SiloProcess[] _silos;
    private readonly StoreLink[] _links;
    private readonly ConcurrentDictionary<int, bool> _unreachable = new();

    private HistoryCluster(Deployment deployment, int silos, (string Key, string Value)[] settings)
    {
        (_deployment, _settings) = (deployment, settings);
        _ports = [.. Enumerable.Range(0, silos).Select(static _ => Ports.Free(3))];
        _silos = new SiloProcess[silos];
        var database = new NpgsqlConnectionStringBuilder(deployment.ConnectionString);
        _links = [.. Enumerable.Range(0, silos).Select(_ => new StoreLink(database.Host!, database.Port))];
    }

    /// <summary>How many silos there are. Their fronts come first among all fronts.</summary>
    public int Silos => _silos.Length;

    /// <summary>The addresses of all fronts.</summary>
    public IReadOnlyList<string> Urls { get; private set; } = [];

    /// <summary>Starts the cluster.</summary>
    public static async Task<HistoryCluster> StartAsync(PostgreSqlFixture postgreSql, int silos, params (string Key, string Value)[] settings)
    {
        var cluster = new HistoryCluster(await Deployment.CreateAsync(Storage.PostgreSql, postgreSql), silos, settings);

        // The first one makes the tables.
        await cluster.StartAsync(0);
        await Task.WhenAll(Enumerable.Range(1, silos - 1).Select(cluster.StartAsync));
        var front = await cluster._deployment.StartFrontAsync();
        cluster.Urls = [.. cluster._silos.Select(static silo => silo.Url), front.Url];
        return cluster;
    }

    /// <summary>True for a front that does not answer now.</summary>
    public bool IsUnreachable(int front) => _unreachable.ContainsKey(front);

    /// <summary>Kills a silo and starts it again.</summary>
    public async Task KillAsync(int silo)
    {
        _unreachable[silo] = true;
        await _silos[silo].KillAsync();
        await StartAsync(silo);
    }

    /// <summary>Pauses a silo.</summary>
    public async Task PauseAsync(int silo)
    {
        _unreachable[silo] = true;
        await _silos[silo].PauseAsync();
    }

    /// <summary>Holds up what a silo and its database send each other.</summary>
    public void Hold(int silo) => _links[silo].Hold();

    /// <summary>Lets a silo and its database reach each other again.</summary>
    public void Release(int silo) => _links[silo].Release();

    /// <summary>Lets a paused silo go on.</summary>
    public async Task ResumeAsync(int silo)
    {
        await _silos[silo].ResumeAsync();
        _unreachable.TryRemove(silo, out _);
    }

    /// <summary>Waits until the others have declared a silo dead.</summary>
    public async Task DeclaredDeadAsync(int silo)
    {
        try
        {
            await Eventually.GetAsync(() => StatusAsync(silo), static status => status == Dead, $"silo {silo} is declared dead", seconds: 60);
        }
        catch (TimeoutException exception)
        {
            throw new TimeoutException($"{exception.Message}\n{string.Join("\n\n", _silos.Select(static one => one.Output))}");
        }
    }

    /// <summary>Leaves a silo that has been declared dead some time to go on and to learn of it, ends it if it has not by then, and starts it again.</summary>
    public async Task RejoinAsync(int silo)
    {
        var end = _silos[silo].WaitForExitAsync();
        await Task.WhenAny(end, Task.Delay(Afterlife));
        await KillAsync(silo);
        await end;
    }

    /// <summary>Holds the stored journal against itself.</summary>
    public Task<(int ExitCode, string Output, string Errors)> VerifyAsync() => _deployment.RunAsync([], "verify");

    public async ValueTask DisposeAsync()
    {
        await _deployment.DisposeAsync();
        foreach (var link in _links)
        {
            await link.DisposeAsync();
        }
    }

    private async Task<int> StatusAsync(int silo)
    {
        await using var connection = new NpgsqlConnection(_deployment.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("select status from orleans_silos where port = $1 order by generation desc limit 1", connection)
        {
            Parameters = { new NpgsqlParameter { Value = _ports[silo][1] } },
        };
        return (int)(await command.ExecuteScalarAsync())!;
    }

    private async Task StartAsync(int silo)
    {
        var database = new NpgsqlConnectionStringBuilder(_deployment.ConnectionString) { Host = "127.0.0.1", Port = _links[silo].Port };
        _silos[silo] = await _deployment.StartMemberAsync(
            _ports[silo], [.. _settings, ("OrleansAi:Cluster:ProbeSeconds", "1"), ("OrleansAi:Storage:ConnectionString", database.ConnectionString)]);
        _unreachable.TryRemove(silo, out _);
    }
}
