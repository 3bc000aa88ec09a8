using Npgsql;
using NpgsqlTypes;
using OrleansAi.Contracts.Ids;
using OrleansAi.Contracts.Runs;

namespace OrleansAi.Benchmarks;

/// <summary>Lines of the index of runs, evenly over 30 days: most complete, few fail, models are unequally common, and one conversation is very long.</summary>
internal sealed class RunHistoryRows
{
    /// <summary>How many there are of the tenant that is asked for; a fifth as many belong to another.</summary>
    public const int Rows = 1_000_000;

    /// <summary>How many conversations there are; the first one has 20,000 runs.</summary>
    public const int Conversations = 100_000;

    /// <summary>A model of about 100 runs.</summary>
    public const string RareModel = "rare";

    private const string Tenant = "local";
    private static readonly TimeSpan Span = TimeSpan.FromDays(30);

    private RunHistoryRows(DateTimeOffset until) => Until = until;

    /// <summary>When the newest was admitted.</summary>
    public DateTimeOffset Until { get; }

    /// <summary>When the oldest was admitted.</summary>
    public DateTimeOffset Since => Until - Span;

    /// <summary>A conversation's id.</summary>
    public static string Conversation(int number) => $"conv_{number:d26}";

    /// <summary>The id of the run at a place, oldest first.</summary>
    public string RunAt(int place) => IdSource.LowestAt(IdPrefixes.Response, At(place));

    /// <summary>Writes the lines.</summary>
    public static async Task<RunHistoryRows> FillAsync(string database)
    {
        // The turns that were really made are the newest.
        var rows = new RunHistoryRows(TimeProvider.System.GetUtcNow() - TimeSpan.FromMinutes(2));
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        await using (var writer = await connection.BeginBinaryImportAsync(
            "copy runs (tenant, run_key, run_prefix, conversation, model, status, created_at, ended_at, admitted_position, ended_position) from stdin (format binary)"))
        {
            writer.Timeout = TimeSpan.FromMinutes(10);
            var random = new Random(1);
            for (var i = 0; i < Rows; i++)
            {
                await rows.WriteAsync(writer, Tenant, i, random);
                if (i % 5 == 0)
                {
                    await rows.WriteAsync(writer, "another", i, random);
                }
            }

            await writer.CompleteAsync();
        }

        // What autovacuum does by itself within a minute.
        await using var analyze = new NpgsqlCommand("vacuum analyze runs", connection) { CommandTimeout = 600 };
        await analyze.ExecuteNonQueryAsync();
        return rows;
    }

    private DateTimeOffset At(int place) => Since + (Span / Rows * place);

    private async Task WriteAsync(NpgsqlBinaryImporter writer, string tenant, int place, Random random)
    {
        var at = At(place);
        var position = (2L * place) + 1;
        await writer.StartRowAsync();
        await writer.WriteAsync(tenant, NpgsqlDbType.Text);
        await writer.WriteAsync(IdSource.LowestAt("", at), NpgsqlDbType.Text);
        await writer.WriteAsync(IdPrefixes.Response, NpgsqlDbType.Text);
        await writer.WriteAsync(Conversation(random.Next(50) == 0 ? 0 : random.Next(1, Conversations)), NpgsqlDbType.Text);
        await writer.WriteAsync(Model(random.Next(10_000)), NpgsqlDbType.Text);
        await writer.WriteAsync((short)Status(random.Next(100)), NpgsqlDbType.Smallint);
        await writer.WriteAsync(at.ToUnixTimeMilliseconds(), NpgsqlDbType.Bigint);
        await writer.WriteAsync(at.ToUnixTimeMilliseconds() + random.Next(20_000), NpgsqlDbType.Bigint);
        await writer.WriteAsync(position, NpgsqlDbType.Bigint);
        await writer.WriteAsync(position + 1, NpgsqlDbType.Bigint);
    }

    private static string Model(int lot) => lot switch
    {
        0 => RareModel,
        < 6_000 => "default",
        < 9_000 => "large",
        _ => $"model-{lot % 20}",
    };

    private static RunStatus Status(int lot) => lot switch
    {
        < 3 => RunStatus.Failed,
        < 5 => RunStatus.Incomplete,
        < 6 => RunStatus.Cancelled,
        _ => RunStatus.Completed,
    };
}
