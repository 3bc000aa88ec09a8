using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using OrleansAi.Contracts.Comparison;
using OrleansAi.Engine.Compare;
using OrleansAi.Engine.Conversations;
using OrleansAi.Engine.Records;
using OrleansAi.Grains.Conversations;
using OrleansAi.Journal;

namespace OrleansAi.Grains.Runs;

/// <summary>Compares runs by their records.</summary>
[StatelessWorker(1, false)]
[Reentrant]
internal sealed class RunComparisonGrain : Grain, IRunComparisonGrain
{
    private readonly RunExplainer _explainer;
    private readonly RunDiffer _differ;

    public RunComparisonGrain(IJournal journal, IOptions<ConversationOptions> options)
    {
        var guarded = new GrainJournal(journal);
        var reader = new RecordReader(guarded);
        _explainer = new RunExplainer(guarded, reader);
        _differ = new RunDiffer(guarded, reader, _explainer, options.Value.Window);
    }

    private string Tenant => this.GetPrimaryKeyString();

    // Hundreds of records are opened for one answer: on the pool, where it takes nothing of this activation.
    public Task<RunDiff> Diff(string runA, string runB)
    {
        var tenant = Tenant;
        return Task.Run(() => _differ.DiffAsync(tenant, runA, runB, CancellationToken.None));
    }

    public Task<RunExplanation> Explain(string runId)
    {
        var tenant = Tenant;
        return Task.Run(() => _explainer.ExplainAsync(tenant, runId, CancellationToken.None));
    }
}
