using OrleansAi.Client;
using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Runs;
using OrleansAi.Http.Errors;

namespace OrleansAi.Http.ChatCompletions;

/// <summary>
/// Finds chat completions that were made with <c>store</c> set to true, all choices of each. The index of runs has a place for
/// those alone, so that none of the others is looked at.
/// </summary>
internal sealed class StoredCompletions(OrleansAiClient client)
{
    private const int MostChoices = 200;
    private const int PageOfMatches = 100;
    private const int AtOnce = 16;

    // What metadata a completion has stands with it, not in the index.
    private const int MostLookedAt = 1_000;

    /// <summary>The choices of a completion; null when there is no stored one of that id.</summary>
    public async Task<IReadOnlyList<RunView>?> FindAsync(string id) =>
        await TryGetAsync(id) is { } first && IsListed(first) && first.Options.ChoiceOf is null ? await ChoicesAsync(first) : null;

    /// <summary>A page of completions, and whether more follow.</summary>
    /// <param name="query">Which: of <see cref="RunQuery"/> model, cursor, order and limit.</param>
    /// <param name="metadata">Pairs that each must have.</param>
    /// <exception cref="OrleansAiException">None of a thousand matches; the message says where to go on.</exception>
    public async Task<(IReadOnlyList<IReadOnlyList<RunView>> Found, bool HasMore)> ListAsync(
        RunQuery query, IReadOnlyDictionary<string, string> metadata)
    {
        var found = new List<IReadOnlyList<RunView>>();
        var lookedAt = 0;
        var next = query with { Listed = true, Limit = metadata.Count == 0 ? query.Limit + 1 : PageOfMatches };
        while (true)
        {
            var page = await client.SearchRunsAsync(next);
            foreach (var some in page.Runs.Chunk(AtOnce))
            {
                var completions = await Task.WhenAll(some.Select(run => FindAsync(run.Id)));
                found.AddRange(completions.OfType<IReadOnlyList<RunView>>().Where(runs =>
                    metadata.All(pair => runs[0].Metadata?.GetValueOrDefault(pair.Key) == pair.Value)));
                if (found.Count > query.Limit)
                {
                    return (found.GetRange(0, query.Limit), true);
                }
            }

            lookedAt += page.Runs.Count;
            if (!page.HasMore)
            {
                return (found, false);
            }

            next = next with { Cursor = page.Runs[^1].Id };
            if (lookedAt >= MostLookedAt)
            {
                return found.Count > 0
                    ? (found, true)
                    : throw Invalid.Request(
                        $"None of the {lookedAt} completions up to '{next.Cursor}' has this metadata; go on with after={next.Cursor}.", "metadata");
            }
        }
    }

    private static bool IsListed(RunView run) => run is { Options.Listed: true, Status: RunStatus.Completed or RunStatus.Incomplete };

    private async Task<IReadOnlyList<RunView>?> ChoicesAsync(RunView first)
    {
        if (first.Options.FurtherChoices == 0)
        {
            return [first];
        }

        // A completion of which a choice is still open, or failed, was not answered.
        var further = await client.SearchRunsAsync(new RunQuery { ChoicesOf = first.Id, Limit = MostChoices });
        var runs = await Task.WhenAll(further.Runs.Select(run => TryGetAsync(run.Id)));
        return runs.Length == first.Options.FurtherChoices && runs.All(static run => run is not null)
            ? [first, .. runs.Select(static run => run!).OrderBy(static run => run.Options.Choice)]
            : null;
    }

    private async Task<RunView?> TryGetAsync(string id)
    {
        try
        {
            return await client.GetRunAsync(id);
        }
        catch (OrleansAiException exception) when (exception.Code is ErrorCodes.ResponseNotFound or ErrorCodes.ConversationNotFound)
        {
            return null;
        }
    }
}
