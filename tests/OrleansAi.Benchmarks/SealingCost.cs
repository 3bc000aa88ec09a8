using System.Diagnostics;
using System.Globalization;
using OrleansAi.Contracts.Ids;
using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Runs;
using OrleansAi.Contracts.Transcripts;
using OrleansAi.Engine.Records;
using OrleansAi.Engine.Sealing;
using OrleansAi.Journal;

namespace OrleansAi.Benchmarks;

/// <summary>
/// What sealing adds to the two records of a turn of 0.5 kB, in processor time and bytes: sealed against the same records
/// written as they are. Of many short rounds the best counts: the others have met the neighbours of this process.
/// </summary>
internal static class SealingCost
{
    private const int Turns = 2_000;
    private const int Rounds = 100;
    private const string Stream = "local/conv_01k0000000000000000000000";

    public static void Run()
    {
        var ids = new IdSource(TimeProvider.System);
        var (question, answer) = (new string('q', 250), new string('a', 250));
        var exchange = Enumerable.Range(0, 300).Select(static i => (byte)(i * 7)).ToArray();
        var run = ids.New(IdPrefixes.Response);
        foreach (var isStream in new[] { false, true })
        {
            Func<RecordBody> admission = () => Admission(run, question, isStream);
            Func<RecordBody> end = () => End(run, answer, exchange, isStream);
            var plain = Measure(_ => RecordSerializer.Serialize(admission()).Length + RecordSerializer.Serialize(end()).Length + Apart(exchange));
            var keys = Keyring.New();
            var isSealed = Measure(turn =>
                RecordSealer.Seal(admission(), keys, Stream, (2 * turn) + 1, ids.NewRecordId()).Body.Length
                + RecordSealer.Seal(end(), keys, Stream, (2 * turn) + 2, ids.NewRecordId()).Body.Length);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{(isStream ? "streamed" : "whole")}: in the clear {plain.Microseconds:0.00} µs, {plain.Bytes} bytes; sealed {isSealed.Microseconds:0.00} µs, {isSealed.Bytes} bytes; sealing adds {isSealed.Microseconds - plain.Microseconds:0.00} µs a turn"));
        }
    }

    private static (double Microseconds, int Bytes) Measure(Func<int, int> turn)
    {
        var (best, bytes) = (double.MaxValue, 0);
        for (var round = 0; round < Rounds; round++)
        {
            var started = Stopwatch.GetTimestamp();
            for (var i = 0; i < Turns; i++)
            {
                bytes = turn(i);
            }

            best = Math.Min(best, Stopwatch.GetElapsedTime(started).TotalMicroseconds / Turns);
        }

        return (best, bytes);
    }

    // In the clear, an answer's bytes were a row of their own, found by their hash.
    private static int Apart(byte[] exchange) => exchange.Length + Convert.ToBase64String(ContentHash.Of(exchange).ToArray()).Length;

    private static RunAdmittedBody Admission(string run, string question, bool isStream) => new()
    {
        RunId = run,
        Model = "default",
        CreatedAt = 1_700_000_000_000,
        Input = [StoredItem.Of("msg_01k0000000000000000000000u0", NewItem.Message(Role.User, question))],
        Stream = isStream,
        Silo = "S127.0.0.1:11111:123456789",
    };

    private static RunEndedBody End(string run, string answer, byte[] exchange, bool isStream) => new()
    {
        RunId = run,
        AdmittedPosition = 1,
        Status = RunStatus.Completed,
        EndedAt = 1_700_000_000_000,
        Steps =
        [
            new StepBody
            {
                Stage = Stage.ModelExecution,
                InputHash = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
                StartedAt = 1_700_000_000_000,
                DurationMicroseconds = 1_000,
                Silo = "S127.0.0.1:11111:123456789",
                Model = new ModelOutput
                {
                    Text = StoredText.Of(answer),
                    FinishReason = FinishReason.Stop,
                    Usage = new Usage { InputTokens = 60, OutputTokens = 60 },
                    Deltas = isStream ? Chunks.Pack([.. Enumerable.Repeat(new StreamPiece(Chunks.Text, 5), answer.Length / 5)]) : null,
                    Calls =
                    [
                        new AttemptBody
                        {
                            LatencyMilliseconds = 20,
                            RequestHash = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
                            ResponseHash = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
                            Response = new StoredBytes { Inline = exchange },
                        },
                    ],
                },
            },
        ],
    };
}
