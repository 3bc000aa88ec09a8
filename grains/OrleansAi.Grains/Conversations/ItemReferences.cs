using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Ids;
using OrleansAi.Contracts.Runs;
using OrleansAi.Contracts.Transcripts;
using OrleansAi.Engine.Conversations;
using OrleansAi.Engine.Runs;
using OrleansAi.Grains.Files;

namespace OrleansAi.Grains.Conversations;

/// <summary>Puts the items and files in place that a request only refers to.</summary>
internal sealed class ItemReferences(TranscriptReader transcript, RunArchive archive, FileReferences files, string tenant)
{
    /// <summary>The items with the content of the files that they name.</summary>
    /// <exception cref="OrleansAiException">As <see cref="FileReferences.ResolveAsync"/>.</exception>
    public Task<IReadOnlyList<NewItem>> ResolveAsync(IReadOnlyList<NewItem> items) => files.ResolveAsync(tenant, items);

    /// <summary>The request with what it refers to; an item that the conversation tells the model anyhow is left out.</summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.ItemNotFound"/>, and as <see cref="FileReferences.ResolveAsync"/>.</exception>
    public async Task<TurnRequest> ResolveAsync(ConversationState state, TurnRequest request)
    {
        if (request.Input.All(static item => item.ReferenceTo is null))
        {
            var resolved = await files.ResolveAsync(tenant, request.Input);
            return ReferenceEquals(resolved, request.Input) ? request : request with { Input = resolved };
        }

        var input = new List<NewItem>(request.Input.Count);
        foreach (var item in request.Input)
        {
            if (item.ReferenceTo is not { } id)
            {
                input.Add(item);
            }
            else if (!state.Window.Turns.Any(turn => turn.Items.Any(known => known.Id == id)))
            {
                input.Add(NewItem.Of(await FindAsync(state, id)));
            }
        }

        return request with { Input = await files.ResolveAsync(tenant, input) };
    }

    private async Task<Item> FindAsync(ConversationState state, string id)
    {
        if (ItemIds.Locate(id).RunKey is { } key)
        {
            var run = await archive.FindAsync(state.Tenant, IdPrefixes.Response + key, CancellationToken.None)
                ?? await archive.FindAsync(state.Tenant, IdPrefixes.ChatCompletion + key, CancellationToken.None);
            if (run is { Admitted.Forget: false, Ended: { } ended })
            {
                var turn = Turn.Of(run.Admitted, ended, 0);
                var deleted = await transcript.DeletedAsync(state.Tenant, run.Entry.Conversation, CancellationToken.None);
                if (turn.Without(deleted).Items.FirstOrDefault(item => item.Id == id) is { } found)
                {
                    return found;
                }
            }
        }
        else if (state.Exists)
        {
            return await transcript.GetAsync(state, id, CancellationToken.None);
        }

        throw new OrleansAiException(ErrorCodes.ItemNotFound, $"There is no item '{id}' to refer to.") { Param = "input" };
    }
}
