using OrleansAi.Contracts.Runs;
using OrleansAi.Engine.Conversations;
using OrleansAi.Engine.Records;
using OrleansAi.Journal;
using Xunit;

namespace OrleansAi.Tests.Unit.Engine;

/// <summary>The fold of a conversation.</summary>
public sealed class ConversationStateTests
{
    private static readonly ConversationOptions Options = new() { WindowMessages = 10 };

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Restore_FromASnapshotAtAnyPosition_GivesWhatTheWholeFoldGives(int seed)
    {
        var records = History(new Random(seed));
        for (var cut = 1; cut <= records.Count; cut++)
        {
            var whole = Fold(records);
            var restored = New();
            var snapshot = Fold(records.Take(cut)).ToSnapshot();
            restored.Restore(snapshot, [], records.Select(static (body, i) => (body, i)).ToDictionary(static r => r.i + 1L, static r => r.body));
            for (var i = cut; i < records.Count; i++)
            {
                restored.Apply(records[i], i + 1, 1_000);
            }

            Assert.Equal(whole.Position, restored.Position);
            Assert.Equal(whole.Turns, restored.Turns);
            Assert.Equal(whole.LastRunId, restored.LastRunId);
            Assert.Equal(whole.CreatedAt, restored.CreatedAt);
            Assert.Equal(Texts(whole), Texts(restored));
            Assert.Equal(whole.Open.Select(static run => (run.Admitted.RunId, run.Position, run.Attempt)), restored.Open.Select(static run => (run.Admitted.RunId, run.Position, run.Attempt)));
        }
    }

    [Fact]
    public void Apply_AGap_IsRefused()
    {
        var state = New();
        state.Apply(new ConversationCreatedBody(), 1, 1);

        Assert.Throws<InvalidDataException>(() => state.Apply(new ConversationDeletedBody(), 3, 1));
        Assert.Throws<InvalidDataException>(() => state.Apply(new ConversationDeletedBody(), 1, 1));
    }

    [Fact]
    public void Serialize_EveryRecord_ReadsBackAsItWas()
    {
        foreach (var body in History(new Random(4)))
        {
            var bytes = RecordSerializer.Serialize(body);
            var again = RecordSerializer.Deserialize(new JournalRecord(1, Guid.Empty, RecordSerializer.KindOf(body), bytes, 1));

            Assert.Equal(bytes, RecordSerializer.Serialize(again));
        }
    }

    [Fact]
    public void Serialize_EveryNumberZero_CanBeRead()
    {
        var body = new RunEndedBody
        {
            RunId = "resp_1",
            AdmittedPosition = 0,
            Status = default,
            EndedAt = 0,
            Attempt = 0,
            Steps =
            [
                new StepBody
                {
                    Stage = default,
                    InputHash = "",
                    StartedAt = 0,
                    DurationMicroseconds = 0,
                    Silo = "",
                    Model = new ModelOutput
                    {
                        Text = StoredText.Of(""),
                        Calls = [new AttemptBody { Vendor = "v" }],
                        Abandoned = [new AbandonedOutput { Attempt = 0, Text = StoredText.Of("") }],
                        Usage = new Usage(),
                    },
                },
            ],
        };

        var read = (RunEndedBody)RecordSerializer.Deserialize(
            new JournalRecord(1, Guid.Empty, RecordKind.RunEnded, RecordSerializer.Serialize(body), 1));

        Assert.Equal("v", read.ModelOutput!.Calls![0].Vendor);
        Assert.Equal("", read.ModelOutput.Abandoned![0].Text.Text);
        Assert.Equal(RecordSerializer.Serialize(body), RecordSerializer.Serialize(read));
    }

    private static List<RecordBody> History(Random random)
    {
        var records = new List<RecordBody> { new ConversationCreatedBody { Metadata = new Dictionary<string, string> { ["k"] = "v" } } };
        var open = new Queue<(RunAdmittedBody Body, long Position)>();
        for (var i = 0; i < 40; i++)
        {
            switch (random.Next(4))
            {
                case 0 or 1:
                    var admitted = Given.Admitted($"question {i}");
                    records.Add(admitted);
                    open.Enqueue((admitted, records.Count));
                    break;
                case 2 when open.TryPeek(out var recovered):
                    records.Add(new RunRecoveredBody { RunId = recovered.Body.RunId, Attempt = 2, Silo = "other" });
                    break;
                case 3 when open.TryDequeue(out var ended):
                    records.Add(Given.Ended(ended.Body, $"answer {i}", ended.Position));
                    break;
                default:
                    records.Add(new ConversationUpdatedBody { Metadata = new Dictionary<string, string> { ["i"] = $"{i}" } });
                    break;
            }
        }

        return records;
    }

    private static ConversationState New() => new("local", "conv_1", Options);

    private static ConversationState Fold(IEnumerable<RecordBody> records)
    {
        var state = New();
        var position = 0;
        foreach (var body in records)
        {
            state.Apply(body, ++position, 1_000);
        }

        return state;
    }

    private static string[] Texts(ConversationState state) =>
        [.. state.Window.Turns.SelectMany(static turn => turn.Items).Select(static item => $"{item.Id} {item.Text}")];
}
