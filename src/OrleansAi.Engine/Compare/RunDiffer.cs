using OrleansAi.Contracts.Comparison;
using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Runs;
using OrleansAi.Engine.Conversations;
using OrleansAi.Engine.Records;
using OrleansAi.Engine.Replay;
using OrleansAi.Engine.Runs;
using OrleansAi.Journal;

namespace OrleansAi.Engine.Compare;

/// <summary>Compares two runs of a tenant by their records, of whatever conversations they are.</summary>
/// <param name="journal">The journal.</param>
/// <param name="reader">Reads records.</param>
/// <param name="explainer">Ranks the factors of a bad run.</param>
/// <param name="window">How much history a request may hold.</param>
public sealed class RunDiffer(IJournalReader journal, RecordReader reader, RunExplainer explainer, ContextSize window)
{
    private readonly RunArchive _archive = new(journal, reader);
    private readonly ReplaySource _source = new(journal, reader, window);

    /// <summary>Compares two runs. What was destroyed of them is named as such and not compared.</summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.ResponseNotFound"/></exception>
    public async Task<RunDiff> DiffAsync(string tenant, string runA, string runB, CancellationToken cancellationToken)
    {
        var a = await LoadAsync(tenant, runA, cancellationToken);
        var b = await LoadAsync(tenant, runB, cancellationToken);
        var stages = Stages(a, b).ToList();
        var bad = (a.Symptoms.Count > 0, b.Symptoms.Count > 0) switch
        {
            (true, false) when b.Ended is not null => a.Run.Entry,
            (false, true) when a.Ended is not null => b.Run.Entry,
            _ => null,
        };
        return new RunDiff
        {
            A = a.ToView(),
            B = b.ToView(),
            FirstDivergence = stages.Select(First).FirstOrDefault(static divergence => divergence is not null),
            Factors = await explainer.DifferencesAsync(a.Factors, b.Factors, bad, runB, cancellationToken),
            Stages = stages,
        };
    }

    private static IEnumerable<StageDiff> Stages(ComparedSide a, ComparedSide b)
    {
        yield return StageDiffer.Admission(a, b);
        var stages = Steps(a).Concat(Steps(b)).Distinct().OrderBy(static step => step.Ordinal).ThenBy(static step => PlaceOf(step.Stage));
        foreach (var (stage, ordinal) in stages)
        {
            var (stepA, stepB) = (a.StepOf(stage, ordinal), b.StepOf(stage, ordinal));
            yield return stage switch
            {
                Stage.Embedding => StageDiffer.Embedding(stepA, stepB),
                Stage.Retrieval => StageDiffer.Retrieval(stepA, stepB),
                Stage.PromptAssembly => StageDiffer.Assembly(a, b, stepA, stepB),
                Stage.ModelExecution => StageDiffer.Model(a, b, stepA, stepB),
                _ => StageDiffer.Course(stage, stepA, stepB),
            };
        }

        yield return StageDiffer.Completion(a, b);
    }

    private static IEnumerable<(Stage Stage, int Ordinal)> Steps(ComparedSide side) =>
        (side.Ended?.Steps ?? []).GroupBy(static step => step.Stage).SelectMany(static steps => steps.Select((_, ordinal) => (steps.Key, ordinal)));

    // The order of the chain, which is not that of the stored numbers: a search stands before the prompt that it is part of.
    private static int PlaceOf(Stage stage) => stage switch
    {
        Stage.Admission => 0,
        Stage.Embedding => 1,
        Stage.Retrieval => 2,
        Stage.PromptAssembly => 3,
        Stage.ModelExecution => 4,
        _ => 5 + (int)stage,
    };

    // Times, amounts and places differ without anything being different; of what was destroyed nothing is known.
    private static RunDivergence? First(StageDiff stage)
    {
        if (stage.Fields.FirstOrDefault(static field => !field.IsMeasure && field.Field != "request_hash") is { } field)
        {
            return new RunDivergence(stage.Stage, field.Field, field.A, field.B);
        }

        if (stage.Texts.FirstOrDefault(static text => text.State != TextDiffState.Destroyed) is { } text)
        {
            return new RunDivergence(stage.Stage, text.Field, text.HashA, text.HashB);
        }

        if (stage.Lists is [var list, ..])
        {
            return new RunDivergence(stage.Stage, list.Field, $"{list.CountA} entries", $"{list.CountB} entries");
        }

        return stage.Fields.FirstOrDefault(static one => !one.IsMeasure) is { } hash ? new RunDivergence(stage.Stage, hash.Field, hash.A, hash.B) : null;
    }

    private async Task<ComparedSide> LoadAsync(string tenant, string runId, CancellationToken cancellationToken)
    {
        var run = await _archive.FindAsync(tenant, runId, cancellationToken)
            ?? throw new OrleansAiException(ErrorCodes.ResponseNotFound, $"There is no run '{runId}'.");
        var (turns, isWhole) = await _source.HistoryAsync(run, cancellationToken);
        return new ComparedSide(run, [.. turns.SelectMany(static turn => turn.Items)], isWhole);
    }
}
