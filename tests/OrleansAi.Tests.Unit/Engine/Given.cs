using OrleansAi.Contracts.Ids;
using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Runs;
using OrleansAi.Contracts.Transcripts;
using OrleansAi.Engine.Conversations;
using OrleansAi.Engine.Records;
using OrleansAi.Engine.Runs;
using OrleansAi.Journal;

namespace OrleansAi.Tests.Unit.Engine;

/// <summary>Records and plans to test with.</summary>
internal static class Given
{
    private static readonly IdSource Ids = new(TimeProvider.System);

    public static RunAdmittedBody Admitted(string text, bool stream = false, TurnOptions? options = null, string? image = null)
    {
        var runId = Ids.New(IdPrefixes.Response);
        return new RunAdmittedBody
        {
            RunId = runId,
            Model = "default",
            CreatedAt = 1_000,
            Input = [Item(ItemIds.Input(ItemKind.Message, runId, 0), text, image)],
            Instructions = StoredText.Of("be kind", []),
            Stream = stream,
            OptionsText = options is null ? null : OptionsCodec.Write(options, []),
            CreatesConversation = true,
            Silo = "silo",
        };
    }

    public static RunEndedBody Ended(RunAdmittedBody admitted, string answer, long admittedPosition = 1) => new()
    {
        RunId = admitted.RunId,
        AdmittedPosition = admittedPosition,
        Status = RunStatus.Completed,
        EndedAt = 2_000,
        Steps =
        [
            new StepBody
            {
                Stage = Stage.ModelExecution,
                InputHash = "",
                StartedAt = 1,
                DurationMicroseconds = 1,
                Silo = "silo",
                Model = new ModelOutput { Text = StoredText.Of(answer, []) },
            },
        ],
    };

    public static Turn Turn(string question, string answer, long endedPosition = 2)
    {
        var admitted = Admitted(question);
        return TurnOf(admitted, Ended(admitted, answer), endedPosition);
    }

    public static RunPlan Plan(RunAdmittedBody admitted, params IReadOnlyList<Turn> history) => new()
    {
        Admitted = admitted,
        AdmittedPosition = 1,
        History = history,
        Silo = "silo",
        Timeout = TimeSpan.FromSeconds(10),
    };

    public static RunAdmittedBody With(RunAdmittedBody admitted, IReadOnlyList<NewItem> input) => new()
    {
        RunId = admitted.RunId,
        Model = admitted.Model,
        CreatedAt = admitted.CreatedAt,
        Instructions = admitted.Instructions,
        Silo = admitted.Silo,
        Input = [.. input.Select((item, index) => StoredItem.Of(ItemIds.Input(item.Kind, admitted.RunId, index), item, []))],
    };

    /// <summary>All that an event says, to compare.</summary>
    public static object Told(RunEvent next) =>
        (next.Sequence, next.Kind, next.OutputIndex, next.ItemId, next.Text, next.Part, next.PartIndex,
            (next.Item?.Id, next.Item?.Kind, next.Item?.Status, next.Item?.Text, next.Item?.Arguments, next.Item?.CallId, next.Item?.Phase,
                string.Join('|', next.Item?.Parts.Select(static part => $"{part.Kind}{part.Text}{part.Annotations}") ?? [])));

    public static RunEventLog Log(RunAdmittedBody admitted)
    {
        var view = RunViews.Open(admitted, "conv_1", RunStatus.InProgress);
        var log = new RunEventLog(view);
        log.Begin(view);
        return log;
    }

    private static Turn TurnOf(RunAdmittedBody admitted, RunEndedBody ended, long position) =>
        OrleansAi.Engine.Conversations.Turn.Of(admitted, ended, position);

    private static StoredItem Item(string id, string text, string? image)
    {
        var item = NewItem.Message(Role.User, text);
        return StoredItem.Of(
            id,
            image is null ? item : item with { Parts = [.. item.Parts, new ContentPart { Kind = ContentPartKind.InputImage, Text = image }] },
            new List<Content>());
    }
}

/// <summary>Models that answer as told and count.</summary>
internal sealed class ScriptedModels : IModelExecutor
{
    public Func<ModelCall, IEnumerable<ModelEvent>> Script { get; set; } =
        static _ => [new ModelEvent { Delta = "an " }, new ModelEvent { Delta = "answer" }, new ModelEvent { Result = new ModelResult { Text = "an answer" } }];

    public List<ModelCall> Calls { get; } = [];

    public Task? Gate { get; set; }

    public void Check(string route)
    {
    }

    public ModelTarget Resolve(string route) => new("vendor", "model");

    public async Task<ModelResult> CompleteAsync(ModelCall call, CancellationToken cancellationToken)
    {
        Calls.Add(call);
        if (Gate is not null)
        {
            await Gate.WaitAsync(cancellationToken);
        }

        return Script(call).Last().Result!;
    }

    public async IAsyncEnumerable<ModelEvent> StreamAsync(
        ModelCall call, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Calls.Add(call);
        foreach (var next in Script(call))
        {
            if (next.Result is not null && Gate is not null)
            {
                await Gate.WaitAsync(cancellationToken);
            }

            yield return next;
        }
    }
}
