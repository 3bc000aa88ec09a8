using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Orleans.Runtime;
using Orleans.Runtime.Messaging;
using OrleansAi.Client.Archive;
using OrleansAi.Client.Collections;
using OrleansAi.Client.Files;
using OrleansAi.Contracts.Comparison;
using OrleansAi.Contracts.Conversations;
using OrleansAi.Contracts.Embeddings;
using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Ids;
using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Runs;
using OrleansAi.Contracts.Transcripts;
using OrleansAi.Contracts.Vendors;
using OrleansAi.Grains;

namespace OrleansAi.Client;

/// <summary>
/// Typed calls to a cluster, for one tenant. Errors are <see cref="OrleansAiException"/>. A run that was admitted ends by
/// itself; waiting and following go on by themselves when the silo that owns the conversation is lost.
/// </summary>
public sealed partial class OrleansAiClient
{
    /// <summary>The tenant of callers without a key of their own.</summary>
    public const string LocalTenant = "local";

    private const string PreviousParam = "previous_response_id";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    // What a follower holds when its own reader stops reading; Orleans' default is 100.
    private const int EventsAtOnce = 16;
    private readonly IGrainFactory _grains;
    private readonly IdSource _ids;
    private readonly TimeProvider _time;
    private readonly string _tenant;

    internal OrleansAiClient(IGrainFactory grains, IdSource ids, TimeProvider time, string tenant)
    {
        _grains = grains;
        _ids = ids;
        _time = time;
        _tenant = tenant;
    }

    /// <summary>The same calls for another tenant.</summary>
    public OrleansAiClient ForTenant(string tenant) => tenant == _tenant ? this : new(_grains, _ids, _time, tenant);

    /// <summary>The tenant's files.</summary>
    public FileClient Files => new(this, _grains, _ids, _tenant);

    /// <summary>The tenant's runs as they are recorded.</summary>
    public RunRecordClient Records => new(this, _grains, _tenant);

    /// <summary>The tenant's collections.</summary>
    public CollectionClient Collections => new(this, _grains, _ids, _tenant);

    /// <summary>Conversations as archives.</summary>
    public ArchiveClient Archive => new(this, _grains, _tenant);

    /// <summary>A chat client that talks to a conversation, or statelessly when none is given. See <see cref="ConversationChatClient"/>.</summary>
    /// <param name="conversationId">The conversation.</param>
    /// <param name="model">The route; null for the default one.</param>
    public IChatClient AsChatClient(string? conversationId = null, string? model = null) =>
        new ConversationChatClient(this, conversationId, model);

    /// <summary>Makes a conversation.</summary>
    public Task<ConversationView> CreateConversationAsync(
        IReadOnlyDictionary<string, string>? metadata = null, IReadOnlyList<NewItem>? items = null)
    {
        var id = _ids.New(IdPrefixes.Conversation);
        return CallAsync(() => Conversation(id).Create(metadata ?? new Dictionary<string, string>(), items ?? []));
    }

    /// <summary>A conversation.</summary>
    public Task<ConversationView> GetConversationAsync(string id) => CallAsync(() => Existing(id).Get());

    /// <summary>Replaces a conversation's metadata.</summary>
    public Task<ConversationView> UpdateConversationAsync(string id, IReadOnlyDictionary<string, string> metadata) =>
        CallAsync(() => Existing(id).Update(metadata));

    /// <summary>Deletes a conversation; its open runs are cancelled.</summary>
    public Task DeleteConversationAsync(string id) => CallAsync(async () =>
    {
        await Existing(id).Delete();
        return true;
    });

    /// <summary>A page of a conversation's transcript.</summary>
    public Task<ItemPage> ListItemsAsync(string conversationId, ItemQuery query) =>
        CallAsync(() => Existing(conversationId).ListItems(query));

    /// <summary>One item of a conversation's transcript.</summary>
    public Task<Item> GetItemAsync(string conversationId, string itemId) => IdText.IsPossible(itemId)
        ? CallAsync(() => Existing(conversationId).GetItem(itemId))
        : throw new OrleansAiException(ErrorCodes.ItemNotFound, "There is no such item: its id is none of ours.");

    /// <summary>Adds items to a conversation without a run.</summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.ConversationNotFound"/>.</exception>
    public Task<IReadOnlyList<Item>> AddItemsAsync(string conversationId, IReadOnlyList<NewItem> items) =>
        CallAsync(() => Existing(conversationId).AddItems(items));

    /// <summary>Deletes an item of a conversation: no later turn is told of it.</summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.ItemNotFound"/>; <see cref="ErrorCodes.ConversationLocked"/> while a run works on it.</exception>
    public Task DeleteItemAsync(string conversationId, string itemId) => CallAsync(async () =>
    {
        await Existing(conversationId).DeleteItem(itemId);
        return true;
    });

    /// <summary>Deletes a run with all of its items; an open one is cancelled before.</summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.ResponseNotFound"/>.</exception>
    public async Task DeleteRunAsync(string runId)
    {
        var conversation = await ConversationOfAsync(runId);
        await CallAsync(
            async () =>
            {
                await Conversation(conversation).DeleteRun(runId);
                return true;
            },
            mayRepeat: true);
    }

    /// <summary>What a run was asked, in order.</summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.ResponseNotFound"/>.</exception>
    public async Task<IReadOnlyList<Item>> ListInputAsync(string runId)
    {
        var conversation = await ConversationOfAsync(runId);
        return await CallAsync(() => Conversation(conversation).ListInput(runId), mayRepeat: true);
    }

    /// <summary>How many tokens a turn would give the model to read, history and tools included; an estimate for most models.</summary>
    /// <param name="conversationId">The conversation; null for a hidden one of its own.</param>
    /// <param name="request">The turn, which is not admitted.</param>
    public Task<int> CountInputAsync(string? conversationId, TurnRequest request) => PlaceAsync(
        conversationId, request, (target, placed) => CallAsync(() => Conversation(target).CountInput(placed), mayRepeat: true));

    /// <summary>
    /// Admits a turn behind a response without touching its conversation: the new run begins a hidden one that shares the past.
    /// </summary>
    /// <param name="previousRunId">The response; null for an empty past.</param>
    /// <param name="request">The turn.</param>
    /// <param name="cancellationToken">Ends waiting; the run goes on.</param>
    public async Task<RunView> RunAsideAsync(string? previousRunId, TurnRequest request, CancellationToken cancellationToken = default)
    {
        if (previousRunId is not null)
        {
            var conversation = await PreviousAsync(previousRunId);
            request = request with
            {
                Fork = await CallAsync(() => Conversation(conversation).FindForkPoint(previousRunId), mayRepeat: true, cancellationToken),
            };
        }

        return await RunTurnAsync(null, request, cancellationToken);
    }

    /// <summary>
    /// Admits a turn and returns once it is durable. With an idempotency key the call is repeated when its outcome is lost.
    /// </summary>
    /// <param name="conversationId">The conversation; null for a hidden one of its own.</param>
    /// <param name="request">The turn.</param>
    public Task<RunView> StartTurnAsync(string? conversationId, TurnRequest request) => PlaceAsync(
        conversationId,
        request,
        (target, placed) => CallAsync(() => Conversation(target).StartTurn(placed), placed.IdempotencyKey is not null));

    /// <summary>Admits a turn and waits for its end.</summary>
    /// <param name="conversationId">The conversation; null for a hidden one of its own, or for that of <see cref="TurnRequest.PreviousRunId"/>.</param>
    /// <param name="request">The turn.</param>
    /// <param name="cancellationToken">Ends waiting; the run goes on.</param>
    public async Task<RunView> RunTurnAsync(string? conversationId, TurnRequest request, CancellationToken cancellationToken = default)
    {
        var run = await PlaceAsync(conversationId, request, (target, placed) =>
            CallAsync(() => Conversation(target).RunTurn(placed), placed.IdempotencyKey is not null, cancellationToken));
        return await WaitAsync(run, cancellationToken);
    }

    /// <summary>Waits for the end of a run.</summary>
    public async Task<RunView> WaitAsync(RunView run, CancellationToken cancellationToken = default)
    {
        while (!run.Status.IsTerminal())
        {
            run = await CallAsync(() => Conversation(run.ConversationId).WaitForRun(run.Id), mayRepeat: true, cancellationToken);
        }

        return run;
    }

    /// <summary>The conversation of a run, or null when there is no such run.</summary>
    public Task<string?> FindConversationAsync(string runId) => IdText.IsPossible(runId)
        ? CallAsync(() => Directory().FindConversation(runId), mayRepeat: true)
        : Task.FromResult<string?>(null);

    /// <summary>A run as it is now.</summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.ResponseNotFound"/>.</exception>
    public async Task<RunView> GetRunAsync(string runId)
    {
        var conversation = await ConversationOfAsync(runId);
        return await CallAsync(() => Conversation(conversation).GetRun(runId), mayRepeat: true);
    }

    /// <summary>Cancels an open run; one that has ended stays as it is.</summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.ResponseNotFound"/>.</exception>
    public async Task<RunView> CancelAsync(string runId)
    {
        var conversation = await ConversationOfAsync(runId);
        return await CallAsync(() => Conversation(conversation).Cancel(runId), mayRepeat: true);
    }

    /// <summary>
    /// The events of a run after a number, live until <see cref="RunEventKind.Ended"/>. When the silo that owns the
    /// conversation is lost, following goes on at its successor, and no event comes twice.
    /// </summary>
    /// <param name="conversationId">The run's conversation.</param>
    /// <param name="runId">The run.</param>
    /// <param name="after">The number of the last event seen; -1 for all.</param>
    /// <param name="cancellationToken">Ends following; the run goes on.</param>
    public async IAsyncEnumerable<RunEvent> FollowAsync(
        string conversationId, string runId, long after, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var lost = _time.GetTimestamp();
        var hasEnded = false;
        while (true)
        {
            var isSilent = true;
            await using var events = Conversation(conversationId).Follow(runId, after, CancellationToken.None)
                .WithBatchSize(EventsAtOnce)
                .GetAsyncEnumerator(cancellationToken);
            while (true)
            {
                RunEvent next;
                try
                {
                    if (!await events.MoveNextAsync())
                    {
                        break;
                    }

                    next = events.Current;
                }
                catch (Exception exception) when (IsLost(exception) && _time.GetElapsedTime(lost) < Patience)
                {
                    break;
                }

                lost = _time.GetTimestamp();
                isSilent = false;
                after = next.Sequence;
                yield return next;
                if (next.Kind == RunEventKind.Ended)
                {
                    yield break;
                }
            }

            // An owner that stops ends the enumeration, and so does a run that has no event after this number.
            if (isSilent && hasEnded)
            {
                yield break;
            }

            hasEnded = (await PresentAsync(conversationId, runId, cancellationToken)).Status.IsTerminal();
            if (!hasEnded)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), _time, cancellationToken);
            }
        }
    }

    // A run that is not kept is told to nobody who asks for it later, but to whoever has followed it all along.
    private async Task<RunView> PresentAsync(string conversationId, string runId, CancellationToken cancellationToken)
    {
        try
        {
            return await CallAsync(() => Conversation(conversationId).GetRun(runId), mayRepeat: true, cancellationToken);
        }
        catch (OrleansAiException exception) when (exception.Code == ErrorCodes.ResponseNotFound)
        {
            return await CallAsync(() => Conversation(conversationId).WaitForRun(runId), mayRepeat: true, cancellationToken);
        }
    }

    /// <summary>Makes vectors of texts, in batches that the vendor takes. The call is repeated when its outcome is lost.</summary>
    /// <exception cref="OrleansAiException">There is no such route, or no vendor answered.</exception>
    public async Task<EmbeddingResult> EmbedAsync(EmbeddingRequest request, CancellationToken cancellationToken = default)
    {
        var grain = _grains.GetGrain<IEmbeddingRouterGrain>(_tenant);
        return (await CallAsync(() => grain.Embed(request, cancellationToken), mayRepeat: true, cancellationToken)).ThrowIfFailed();
    }

    /// <summary>The routes that callers can name as a model, those for embeddings included.</summary>
    public Task<IReadOnlyList<ModelInfo>> ListModelsAsync() => CallAsync(() => Directory().Models(), mayRepeat: true);

    /// <summary>How the vendors do, as every silo sees them.</summary>
    public Task<IReadOnlyList<SiloVendorReport>> ListVendorsAsync() =>
        CallAsync(() => _grains.GetGrain<IVendorBoardGrain>(0).List(), mayRepeat: true);

    // The newest response of a conversation is continued in place; any other one in a new conversation that shares the past.
    private async Task<T> PlaceAsync<T>(string? conversationId, TurnRequest request, Func<string, TurnRequest, Task<T>> call)
    {
        if (conversationId is not null)
        {
            return await call(Known(conversationId), request);
        }

        if (request is not { PreviousRunId: { } previous, Fork: null })
        {
            return await call(NewThread(request), request with { CreateConversation = true });
        }

        var conversation = await PreviousAsync(previous);
        try
        {
            return await call(conversation, request);
        }
        catch (OrleansAiException exception) when (exception is { Code: ErrorCodes.VersionConflict, Param: PreviousParam })
        {
            var fork = await CallAsync(() => Conversation(conversation).FindForkPoint(previous), mayRepeat: true);
            return await call(NewThread(request), request with { CreateConversation = true, Fork = fork });
        }
    }

    private async Task<string> PreviousAsync(string runId) =>
        (runId.StartsWith(IdPrefixes.Response, StringComparison.Ordinal) ? await FindConversationAsync(runId) : null)
        ?? throw new OrleansAiException(ErrorCodes.PreviousResponseNotFound, $"There is no stored response '{runId}' to continue from.")
        {
            Param = PreviousParam,
        };

    // The same key leads to the same hidden conversation, so that a repeated request meets the first one.
    private string NewThread(TurnRequest request) => request.IdempotencyKey is { } key
        ? IdSource.Derive(IdPrefixes.Thread, $"{_tenant}|{key}")
        : _ids.New(IdPrefixes.Thread);

    private async Task<string> ConversationOfAsync(string runId) => await FindConversationAsync(runId)
        ?? throw new OrleansAiException(ErrorCodes.ResponseNotFound, $"There is no response '{runId}'.");

    private IRunComparisonGrain Comparison() => _grains.GetGrain<IRunComparisonGrain>(_tenant);

    private IRunDirectoryGrain Directory() => _grains.GetGrain<IRunDirectoryGrain>(_tenant);

    private IConversationGrain Conversation(string id) => GrainReferences<IConversationGrain>.Of(_grains, $"{_tenant}/{id}");

    private IConversationGrain Existing(string id) => Conversation(Known(id));

    // An id that we never made cannot exist: it is refused here, before it can wake a grain.
    internal static string Known(string id) =>
        id.Length <= 64 && IdText.IsPossible(id) && (id.StartsWith(IdPrefixes.Conversation, StringComparison.Ordinal) || id.StartsWith(IdPrefixes.Thread, StringComparison.Ordinal))
            ? id
            : throw new OrleansAiException(ErrorCodes.ConversationNotFound, $"There is no conversation '{(id.Length <= 64 ? id : id[..64])}'.");

    internal async Task<T> CallAsync<T>(Func<Task<T>> call, bool mayRepeat = false, CancellationToken cancellationToken = default)
    {
        var started = _time.GetTimestamp();
        while (true)
        {
            try
            {
                return await call().WaitAsync(cancellationToken);
            }
            catch (Exception exception) when (IsLost(exception))
            {
                if (!mayRepeat || _time.GetElapsedTime(started) > Patience)
                {
                    throw new OrleansAiException(
                        ErrorCodes.Overloaded,
                        "The silo that owns the conversation was lost during the call and its outcome is not known. "
                        + "Repeat the request with an Idempotency-Key, or look for its run in /api/runs.",
                        exception)
                    {
                        IsTransient = true,
                        RetryAfter = TimeSpan.FromSeconds(5),
                    };
                }

                await Task.Delay(TimeSpan.FromMilliseconds(200), _time, cancellationToken);
            }
        }
    }

    internal static bool IsLost(Exception exception) =>
        exception is SiloUnavailableException or OrleansMessageRejectionException or EnumerationAbortedException
            or ConnectionFailedException or TimeoutException or ClientNotAvailableException
        || exception is OrleansAiException { Code: ErrorCodes.VersionConflict, IsTransient: true };
}
