using OrleansAi.Engine.Sealing;
using OrleansAi.Journal;
using OrleansAi.Journal.Integrity;

namespace OrleansAi.Engine.Retention;

/// <summary>
/// How much the content of runs weighs: the sealed parts of a run's records and what they brought that stands apart, as it is stored. A text that
/// several runs share weighs in each of them, since each keeps it. A step that was recorded before the end weighs once, in the end.
/// </summary>
/// <param name="source">The records with what they witness.</param>
public sealed class RunWeights(IIntegritySource source)
{
    /// <summary>What runs weigh that have ended, in their order.</summary>
    /// <exception cref="JournalException">The store cannot be read.</exception>
    public async Task<IReadOnlyList<long>> OfAsync(IReadOnlyList<RunEntry> runs, CancellationToken cancellationToken)
    {
        await using var view = await source.OpenAsync(cancellationToken);
        var weights = new long[runs.Count];
        for (var i = 0; i < weights.Length; i++)
        {
            weights[i] = await OfAsync(view, runs[i].Stream, runs[i].AdmittedPosition, cancellationToken)
                + (runs[i].EndedPosition is { } ended ? await OfAsync(view, runs[i].Stream, ended, cancellationToken) : 0);
        }

        return weights;
    }

    private static async Task<long> OfAsync(IIntegrityView view, string stream, long position, CancellationToken cancellationToken)
    {
        var records = await view.ReadRecordsAsync(stream, position - 1, 1, cancellationToken);
        if (records.Count == 0 || records[0].Position != position)
        {
            // It is missing, and named by a look over the journal.
            return 0;
        }

        var contents = Witness.Read(records[0].Witness.Span).Contents;
        return (SealedForm.Split(records[0].Body).Units?.Values.Sum(static seal => (long)seal.Length) ?? 0)
            + (contents.Count == 0 ? 0 : await view.MeasureContentsAsync(stream, contents, cancellationToken));
    }
}
