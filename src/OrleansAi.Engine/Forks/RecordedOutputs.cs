using OrleansAi.Contracts.Runs;
using OrleansAi.Contracts.Transcripts;
using OrleansAi.Engine.Records;
using OrleansAi.Engine.Replay;
using OrleansAi.Engine.Runs;
using OrleansAi.Journal;

namespace OrleansAi.Engine.Forks;

/// <summary>
/// The outputs that calls of functions got, as far as a run's conversation tells: in what the run was told, and in the turns after
/// it. Functions are carried out by callers, so the output of a run's call stands in the input of a later run.
/// </summary>
/// <param name="journal">The journal.</param>
/// <param name="reader">Reads records.</param>
public sealed class RecordedOutputs(IJournalReader journal, RecordReader reader)
{
    // A chain of calls is a few turns long; a fork that calls what came later has left its origin's way.
    private const int MostRecords = 64;

    private static readonly RecordKind[] Kinds = [RecordKind.RunAdmitted, RecordKind.RunEnded];

    /// <summary>The outputs in their order. Those with images or files are left out: they are no text.</summary>
    public async Task<IReadOnlyList<ToolAnswer>> OfAsync(string tenant, ReplayedRun run, CancellationToken cancellationToken)
    {
        var calls = new Dictionary<string, Item>(StringComparer.Ordinal);
        var answers = new List<ToolAnswer>();
        foreach (var turn in run.Plan.History)
        {
            Take(turn.Items, turn.RunId);
        }

        Take(run.Admitted.Input.Select(static item => item.ToItem()), run.Admitted.RunId);
        foreach (var known in run.Admitted.ToolOutputs ?? [])
        {
            answers.Add(known.ToAnswer());
        }

        Take(OutputItems.Of(run.Ended, run.Admitted.Stream), run.Admitted.RunId);
        var entry = await journal.FindRunAsync(tenant, run.Admitted.RunId, cancellationToken);
        if (entry is not { EndedPosition: { } ended })
        {
            return answers;
        }

        var page = await journal.ReadForwardAsync(entry.Stream, ended, MostRecords, Kinds, cancellationToken);
        var streams = new Dictionary<string, bool>(StringComparer.Ordinal);
        foreach (var record in await reader.ResolveAsync(entry.Stream, page, cancellationToken))
        {
            switch (record.Body)
            {
                case RunAdmittedBody { IsDestroyed: false } admitted:
                    streams[admitted.RunId] = admitted.Stream;
                    Take(admitted.Input.Where(static item => !item.IsDestroyed).Select(static item => item.ToItem()), admitted.RunId);
                    break;
                case RunEndedBody { IsDestroyed: false } later when streams.TryGetValue(later.RunId, out var isStream):
                    Take(OutputItems.Of(later, isStream), later.RunId);
                    break;
            }
        }

        return answers;

        void Take(IEnumerable<Item> items, string? runId)
        {
            foreach (var item in items)
            {
                if (item.Kind == ItemKind.FunctionCall)
                {
                    calls[item.CallId!] = item;
                }
                else if (item.Kind == ItemKind.FunctionCallOutput && calls.TryGetValue(item.CallId!, out var call)
                    && !item.Parts.Any(static part => part.IsMedia))
                {
                    answers.Add(new ToolAnswer
                    {
                        CallId = call.CallId!,
                        Name = call.Name!,
                        Arguments = call.Arguments!,
                        Output = item.Text,
                        RunId = runId,
                    });
                }
            }
        }
    }
}
