using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Retrieval;
using OrleansAi.Contracts.Runs;
using OrleansAi.Engine.Records;
using OrleansAi.Engine.Replay;

namespace OrleansAi.Engine.Forks;

/// <summary>
/// What a fork is told out of collections: what its origin found, so that two runs differ by what was overridden and not by what was
/// added to a collection in between.
/// </summary>
internal static class RecordedRetrieval
{
    /// <summary>The place in the chain of the origin's search; null for one that made none.</summary>
    public static int? StepOf(ReplayedRun run) =>
        run.Ended.Steps.Index().Where(static step => step.Item.Retrieval is not null).Select(static step => (int?)step.Index + 1).FirstOrDefault();

    /// <summary>Refuses versions of collections that the origin has not searched, and those that come too late.</summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.InvalidRequest"/>.</exception>
    public static void Check(ReplayedRun run, ForkRequest fork)
    {
        if (!fork.OverridesVersions)
        {
            return;
        }

        var searched = Searched(run);
        if (searched.Count == 0)
        {
            throw Invalid("the run has searched no vector store");
        }

        if (fork.CollectionVersion is not null && searched.Count > 1)
        {
            throw Invalid($"the run has searched {searched.Count} vector stores; give an object from their ids to versions");
        }

        if (fork.CollectionVersions?.Keys.FirstOrDefault(id => !searched.Contains(id)) is { } other)
        {
            throw Invalid($"the run has not searched the vector store '{(other.Length <= 64 ? other : other[..64])}'");
        }

        if (StepOf(run) is { } step && fork.From > step)
        {
            throw Invalid($"the search is step {step}, and the fork begins at step {fork.From}; begin at {step - 1}");
        }
    }

    /// <summary>The versions that are asked for, by collection.</summary>
    public static IReadOnlyDictionary<string, long> Versions(ReplayedRun run, ForkRequest fork) =>
        fork.CollectionVersions ?? Searched(run).ToDictionary(static id => id, _ => fork.CollectionVersion!.Value, StringComparer.Ordinal);

    private static IReadOnlyList<string> Searched(ReplayedRun run) => run.Admitted.Retrieval is null
        ? []
        : [.. (run.Ended.Steps.Select(static step => step.Retrieval).FirstOrDefault(static found => found is not null)?.Collections ?? []).Select(static one => one.Id)];

    private static OrleansAiException Invalid(string why) =>
        new(ErrorCodes.InvalidRequest, $"'collectionVersion' cannot be overridden: {why}.") { Param = "overrides.collectionVersion" };

    /// <summary>What the fork takes from its origin; null where the route as it is now decides, and is searched.</summary>
    /// <param name="run">The origin.</param>
    /// <param name="fork">What is asked for.</param>
    /// <param name="assembly">The place of the origin's prompt assembly.</param>
    public static ForkRetrieval? Of(ReplayedRun run, ForkRequest fork, int assembly)
    {
        var search = StepOf(run);
        if (fork.OverridesVersions)
        {
            return new ForkRetrieval { Route = run.Admitted.Retrieval! with { AtVersions = Versions(run, fork) } };
        }

        if (!run.Ended.Steps.Any(static step => step.Stage == Stage.PromptAssembly)
            || (fork.Tools == ForkTools.Live && fork.From <= (search ?? assembly)))
        {
            // The origin did not come as far as its prompt, or the caller wants to know what would be found now.
            return null;
        }

        return new ForkRetrieval
        {
            Route = run.Admitted.Retrieval,
            Found = search is { } step ? run.Ended.Steps[step - 1].Retrieval!.ToSearch() : null,
        };
    }
}
