using System.Diagnostics;
using Npgsql;

namespace OrleansAi.Testing;

/// <summary>
/// A PostgreSQL server of the tests' own, with default durability, thrown away afterwards. Needs Debian's package
/// <c>postgresql</c>; there is no way to go on without it, so that a storage is never left out in silence.
/// </summary>
public sealed class PostgreSqlInstance : IAsyncDisposable
{
    private readonly string _directory;
    private readonly string _binaries;
    private readonly int _port;
    private int _databases;
    private bool _isStopped;

    private PostgreSqlInstance(string directory, string binaries, int port)
    {
        _directory = directory;
        _binaries = binaries;
        _port = port;
    }

    /// <summary>Starts a server on a free port.</summary>
    public static async Task<PostgreSqlInstance> StartAsync()
    {
        var binaries = FindBinaries();
        var directory = Directory.CreateTempSubdirectory("orleansai-pg-").FullName;
        var data = Path.Combine(directory, "data");
        if (Environment.UserName == "root")
        {
            // PostgreSQL refuses to run as root.
            await RunAsync("chown", ["postgres", directory], asPostgres: false);
        }

        await RunAsync(Path.Combine(binaries, "initdb"), ["-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C"]);
        for (var attempt = 1; ; attempt++)
        {
            var port = Ports.Free(1)[0];
            var options = $"-p {port} -k {directory} -c listen_addresses=127.0.0.1 -c max_connections=200";
            try
            {
                await RunAsync(
                    Path.Combine(binaries, "pg_ctl"),
                    ["-D", data, "-w", "-t", "60", "-l", Path.Combine(directory, "log"), "-o", options, "start"]);
                return new PostgreSqlInstance(directory, binaries, port);
            }
            catch (InvalidOperationException) when (attempt < 3)
            {
                // Somebody else may have taken the port between finding and binding it.
            }
        }
    }

    /// <summary>Makes an empty database.</summary>
    /// <returns>Its connection string.</returns>
    public async Task<string> CreateDatabaseAsync()
    {
        var name = $"test{Interlocked.Increment(ref _databases)}";
        await using var connection = new NpgsqlConnection(ConnectionString("postgres"));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"create database {name}", connection);
        await command.ExecuteNonQueryAsync();
        return ConnectionString(name);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        await StopAsync();
        Directory.Delete(_directory, recursive: true);
    }

    /// <summary>Stops the server as a crash would.</summary>
    public async Task StopAsync()
    {
        if (!_isStopped)
        {
            _isStopped = true;
            await RunAsync(Path.Combine(_binaries, "pg_ctl"), ["-D", Path.Combine(_directory, "data"), "-m", "immediate", "-w", "stop"]);
        }
    }

    private string ConnectionString(string database) => $"Host=127.0.0.1;Port={_port};Username=postgres;Database={database};Maximum Pool Size=20";

    private static string FindBinaries()
    {
        const string root = "/usr/lib/postgresql";
        var installed = Directory.Exists(root)
            ? Directory.GetDirectories(root).Select(static version => Path.Combine(version, "bin")).Where(static bin => File.Exists(Path.Combine(bin, "initdb")))
            : [];
        return installed.Order(StringComparer.Ordinal).LastOrDefault()
            ?? throw new InvalidOperationException($"There is no initdb below {root}; run ./test.sh, which installs PostgreSQL.");
    }

    private static async Task RunAsync(string program, string[] arguments, bool asPostgres = true)
    {
        var start = new ProcessStartInfo { RedirectStandardError = true, RedirectStandardOutput = true, WorkingDirectory = "/tmp" };
        if (asPostgres && Environment.UserName == "root")
        {
            start.FileName = "runuser";
            string[] user = ["-u", "postgres", "--", program];
            foreach (var argument in user.Concat(arguments))
            {
                start.ArgumentList.Add(argument);
            }
        }
        else
        {
            start.FileName = program;
            foreach (var argument in arguments)
            {
                start.ArgumentList.Add(argument);
            }
        }

        using var process = Process.Start(start)!;

        // The server inherits these pipes and never closes them: only the exit of the program itself is waited for.
        process.OutputDataReceived += static (_, _) => { };
        var errors = new System.Text.StringBuilder();
        process.ErrorDataReceived += (_, line) => errors.AppendLine(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        while (!process.HasExited)
        {
            await Task.Delay(20);
        }

        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} failed with {process.ExitCode}: {errors}");
        }
    }
}
