using Orleans.Concurrency;
using OrleansAi.Contracts.Conversations;
using OrleansAi.Contracts.Runs;
using OrleansAi.Contracts.Transcripts;

namespace OrleansAi.Grains;

/// <summary>
/// One conversation, the only owner of its transcript. Its key is <c>tenant/conversation id</c>. All errors are
/// <see cref="Contracts.Errors.OrleansAiException"/>.
/// </summary>
[Alias("orleansai.grains.conversation")]
public interface IConversationGrain : IGrainWithStringKey
{
    /// <summary>Makes the conversation. Making one that exists already is a version conflict.</summary>
    [Alias("create")]
    Task<ConversationView> Create(IReadOnlyDictionary<string, string> metadata, IReadOnlyList<NewItem> items);

    /// <summary>The conversation.</summary>
    [Alias("get")]
    Task<ConversationView> Get();

    /// <summary>Replaces the metadata.</summary>
    [Alias("update")]
    Task<ConversationView> Update(IReadOnlyDictionary<string, string> metadata);

    /// <summary>Deletes the conversation; its open runs are cancelled.</summary>
    [Alias("delete")]
    Task Delete();

    /// <summary>A page of the transcript.</summary>
    [Alias("list-items")]
    Task<ItemPage> ListItems(ItemQuery query);

    /// <summary>One item of the transcript.</summary>
    [Alias("get-item")]
    Task<Item> GetItem(string itemId);

    /// <summary>Adds items without a run.</summary>
    [Alias("add-items")]
    Task<IReadOnlyList<Item>> AddItems(IReadOnlyList<NewItem> items);

    /// <summary>Deletes an item: no later turn is told of it.</summary>
    [Alias("delete-item")]
    Task DeleteItem(string itemId);

    /// <summary>Deletes a run with all of its items; an open one is cancelled before.</summary>
    [Alias("delete-run")]
    Task DeleteRun(string runId);

    /// <summary>Makes a finished fork of the conversation's last run the turn in that run's place; one that is promoted already stays as it is.</summary>
    [Alias("promote")]
    Task<Promotion> Promote(string runId);

    /// <summary>The place behind a run, from where another conversation can go on.</summary>
    [Alias("find-fork-point")]
    Task<ForkPoint> FindForkPoint(string runId);

    /// <summary>What a run was asked.</summary>
    [Alias("list-input")]
    Task<IReadOnlyList<Item>> ListInput(string runId);

    /// <summary>How many tokens a turn would give the model to read. Nothing is admitted.</summary>
    [Alias("count-input")]
    Task<int> CountInput(TurnRequest request);

    /// <summary>Admits a turn and returns as soon as it is durable, or joins the run of the same idempotency key.</summary>
    [Alias("start-turn")]
    Task<RunView> StartTurn(TurnRequest request);

    /// <summary>
    /// Admits a turn like <see cref="StartTurn"/> and waits for its end, at most about 8 s: the view tells by its
    /// status whether the run has ended. Go on with <see cref="WaitForRun"/> when it has not.
    /// </summary>
    [Alias("run-turn")]
    [ResponseTimeout("00:00:15")]
    Task<RunView> RunTurn(TurnRequest request);

    /// <summary>Waits for the end of a run, at most about 8 s; the view tells by its status whether it has ended.</summary>
    [Alias("wait-for-run")]
    [ResponseTimeout("00:00:15")]
    Task<RunView> WaitForRun(string runId);

    /// <summary>A run as it is now.</summary>
    [Alias("get-run")]
    Task<RunView> GetRun(string runId);

    /// <summary>
    /// The events of a run after a number, live until <see cref="RunEventKind.Ended"/>. Only reads: any number of
    /// followers, from any front end, at any time, see the same events.
    /// </summary>
    /// <param name="runId">The run.</param>
    /// <param name="after">The number of the last event seen; -1 for all.</param>
    /// <param name="cancellationToken">Ends following; the run goes on.</param>
    [Alias("follow")]
    IAsyncEnumerable<RunEvent> Follow(string runId, long after, CancellationToken cancellationToken = default);

    /// <summary>Cancels an open run; one that has ended stays as it is.</summary>
    [Alias("cancel")]
    Task<RunView> Cancel(string runId);

    /// <summary>Takes up the open runs that no process works on. Called by the sweep.</summary>
    [Alias("wake")]
    Task Wake();
}
