using System.Globalization;
using Npgsql;
using OrleansAi.Testing;

namespace OrleansAi.Benchmarks;

/// <summary>
/// What full recording costs: turns a second with it and with recording switched to the minimum, at a vendor of 0 ms and 64 conversations. Two silos, each
/// with a database of its own, are measured in turns; each round gives one ratio.
/// </summary>
internal static class RecordingCost
{
    private const double Least = 0.85;
    private const int Rounds = 9;
    private const int Conversations = 64;
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(3);

    public static async Task<bool> RunAsync()
    {
        var directory = Directory.CreateTempSubdirectory("orleansai-bench-").FullName;
        await using var postgreSql = await PostgreSqlInstance.StartAsync();
        var port = Ports.Free(1)[0];
        await using var vendor = await BenchmarkSilo.VendorAsync(port, 0, directory);
        await using var full = await Side.StartAsync(await postgreSql.CreateDatabaseAsync(), port, directory, "Full");
        await using var minimum = await Side.StartAsync(await postgreSql.CreateDatabaseAsync(), port, directory, "Minimum");
        foreach (var side in (Side[])[full, minimum, full, minimum])
        {
            await side.MeasureAsync(TimeSpan.FromSeconds(10));
        }

        var rounds = new List<(Figures Full, Figures Minimum)>();
        for (var i = 0; i < Rounds; i++)
        {
            // Now the one goes first, now the other.
            var first = await (i % 2 == 0 ? full : minimum).MeasureAsync(Duration);
            var second = await (i % 2 == 0 ? minimum : full).MeasureAsync(Duration);
            rounds.Add(i % 2 == 0 ? (first, second) : (second, first));
            Console.Error.WriteLine($"{rounds[^1]} {Ratio(rounds[^1]).ToString("0.00", CultureInfo.InvariantCulture)}");
        }

        Directory.Delete(directory, recursive: true);
        Console.WriteLine("| recording | turns/s | server CPU ms/turn | bytes/turn |\n|---|---|---|---|");
        Row("full", static round => round.Full);
        Row("minimum", static round => round.Minimum);
        var ratio = Median(rounds, Ratio);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"\nFull recording has {ratio:0.00} of the throughput of the minimum, the median of {Rounds} rounds of {rounds.Min(Ratio):0.00} to {rounds.Max(Ratio):0.00}; the bound is {Least:0.00}."));
        return ratio >= Least;

        void Row(string name, Func<(Figures Full, Figures Minimum), Figures> of) => Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {name} | {Median(rounds, round => of(round).Turns):0} | {Median(rounds, round => of(round).Cpu):0.000} | {Median(rounds, round => of(round).Bytes):0} |"));

        static double Ratio((Figures Full, Figures Minimum) round) => round.Full.Turns / round.Minimum.Turns;
    }

    private static double Median<T>(List<T> rounds, Func<T, double> value) => rounds.Select(value).Order().ElementAt(rounds.Count / 2);

    private sealed record Figures(double Turns, double Cpu, double Bytes);

    private sealed class Side(ServerProcess process, HttpClient http, string database) : IAsyncDisposable
    {
        public static async Task<Side> StartAsync(string database, int vendorPort, string directory, string recording)
        {
            var (process, http) = await BenchmarkSilo.StartAsync(
                database, vendorPort, directory, new Dictionary<string, string> { ["OrleansAi:Conversations:Recording"] = recording });
            return new Side(process, http, database);
        }

        public async Task<Figures> MeasureAsync(TimeSpan duration)
        {
            var conversations = await BenchmarkSilo.ConversationsAsync(http, Conversations);
            await Load.RunAsync(http, conversations, TimeSpan.FromMilliseconds(500));
            var (cpu, bytes) = (process.Cpu, await SizeAsync());
            var (latencies, seconds) = await Load.RunAsync(http, conversations, duration);
            return new Figures(
                latencies.Length / seconds, (process.Cpu - cpu).TotalMilliseconds / latencies.Length, (await SizeAsync() - bytes) / (double)latencies.Length);
        }

        public ValueTask DisposeAsync()
        {
            http.Dispose();
            return process.DisposeAsync();
        }

        private async Task<long> SizeAsync()
        {
            await using var connection = new NpgsqlConnection(database);
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand("select pg_database_size(current_database())", connection);
            return (long)(await command.ExecuteScalarAsync())!;
        }
    }
}
