using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using OrleansAi.Contracts.Ids;
using OrleansAi.Contracts.Runs;
using OrleansAi.Journal;
using OrleansAi.Storage;
using OrleansAi.Testing;

namespace OrleansAi.Benchmarks;

/// <summary>
/// What the two appends of a turn cost a store: processor time of this process and of the database's, bytes on disk. Batches of
/// 64 turns without waiting for the disk, so that neighbours on the same processors count little.
/// </summary>
internal static class CommitCost
{
    private const int Streams = 64;
    private const int Turns = 400;

    public static async Task RunAsync()
    {
        await using (var postgreSql = await PostgreSqlInstance.StartAsync())
        {
            var database = await postgreSql.CreateDatabaseAsync() + ";Maximum Pool Size=1;Options=-c synchronous_commit=off";
            await MeasureAsync("PostgreSQL", services => services.AddOrleansAiPostgreSqlStorage(database), async () =>
            {
                await using var source = NpgsqlDataSource.Create(database.Replace("Maximum Pool Size=1;", "", StringComparison.Ordinal));
                await using var command = source.CreateCommand(
                    "select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and query like '%insert%'");
                var backend = (int)(await command.ExecuteScalarAsync() ?? 0);
                await using var size = source.CreateCommand("select pg_database_size(current_database())");
                return (ProcessorTime(backend), (long)(await size.ExecuteScalarAsync())!);
            });
        }

        var directory = Directory.CreateTempSubdirectory("orleansai-commit-").FullName;
        await MeasureAsync(
            "SQLite",
            services => services.AddOrleansAiSqliteStorage($"Data Source={Path.Combine(directory, "commit.db")}"),
            () => Task.FromResult((TimeSpan.Zero, new FileInfo(Path.Combine(directory, "commit.db")).Length)));
        Directory.Delete(directory, recursive: true);
    }

    private static async Task MeasureAsync(
        string name, Action<IServiceCollection> add, Func<Task<(TimeSpan Server, long Bytes)>> database)
    {
        var services = new ServiceCollection().AddLogging();
        add(services);
        await using var provider = services.BuildServiceProvider();
        var store = provider.GetRequiredService<IJournalStore>();
        await store.InitializeAsync(CancellationToken.None);
        var ids = new IdSource(TimeProvider.System);
        var streams = Enumerable.Range(0, Streams).Select(_ => ids.New(IdPrefixes.Conversation)).ToArray();
        await TurnAsync(store, ids, streams, 0);
        await TurnAsync(store, ids, streams, 1);
        var (server, bytes) = await database();
        var own = Process.GetCurrentProcess().TotalProcessorTime;
        for (var turn = 2; turn < Turns; turn++)
        {
            await TurnAsync(store, ids, streams, turn);
        }

        own = Process.GetCurrentProcess().TotalProcessorTime - own;
        var after = await database();
        var turns = (double)(Turns - 2) * Streams;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name}: {own.TotalMicroseconds / turns:0.0} µs here, {(after.Server - server).TotalMicroseconds / turns:0.0} µs in the server, {(after.Bytes - bytes) / turns:0} bytes a turn"));
    }

    private static async Task TurnAsync(IJournalStore store, IdSource ids, string[] streams, int turn)
    {
        var runs = streams.Select(conversation => new RunEntry
        {
            Tenant = "local", RunId = ids.New(IdPrefixes.Response), Conversation = conversation, Model = "default",
            Status = RunStatus.InProgress, CreatedAt = 1, AdmittedPosition = (2 * turn) + 1, Waker = "silo-1",
        }).ToArray();
        await CommitAsync(RecordKind.RunAdmitted, 700, 2 * turn, RunChangeKind.Open, static run => run);
        await CommitAsync(RecordKind.RunEnded, 1_200, (2 * turn) + 1, RunChangeKind.End, run => run with
        {
            Status = RunStatus.Completed, EndedAt = 2, EndedPosition = (2 * turn) + 2, Waker = null,
        });

        async Task CommitAsync(RecordKind kind, int size, long position, RunChangeKind change, Func<RunEntry, RunEntry> entry)
        {
            var appends = runs.Select(run =>
            {
                var body = new byte[size];
                System.Security.Cryptography.RandomNumberGenerator.Fill(body);
                return new JournalAppend(run.Stream, position, [new NewRecord(ids.NewRecordId(), kind, body, 1)])
                {
                    Runs = [new RunChange(change, entry(run))],
                };
            }).ToArray();
            if (await store.CommitAsync(appends, CancellationToken.None) is { } refusal)
            {
                throw new InvalidOperationException($"The store refused a turn: {refusal.Status}.");
            }
        }
    }

    // User and system time, in ticks of 10 ms, behind the name in brackets.
    private static TimeSpan ProcessorTime(int process)
    {
        var stat = File.ReadAllText($"/proc/{process}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return TimeSpan.FromMilliseconds(10 * (long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture)));
    }
}
