using System.Diagnostics;
using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Ids;
using OrleansAi.Contracts.Retrieval;
using OrleansAi.Contracts.Runs;
using OrleansAi.Engine.Conversations;
using OrleansAi.Engine.Records;
using OrleansAi.Engine.Runs;
using OrleansAi.Grains.Retrieval;
using OrleansAi.Journal;
using OrleansAi.Vendors;

namespace OrleansAi.Grains.Conversations;

/// <summary>Decides whether a turn is admitted and what is recorded of it.</summary>
internal sealed class Admission(
    ConversationOptions options,
    IModelExecutor models,
    IdSource ids,
    TimeProvider time,
    OpenRunCount open,
    BuiltinDocumentation documentation,
    string silo,
    ExecutionOrigin origin)
{
    private const string DefaultRoute = "default";
    private const int QueuedMedia = 4;

    /// <summary>The run of the same idempotency key, or null.</summary>
    /// <exception cref="OrleansAiException">The key came with another request.</exception>
    public static string? FindSame(ConversationState state, TurnRequest request)
    {
        if (request.IdempotencyKey is not { } key || !state.TryFindKey(key, out var known))
        {
            return null;
        }

        Compare(key, known.Hash, known.RunId, request);
        return known.RunId;
    }

    /// <summary>Refuses a key that came with another request before.</summary>
    public static void Compare(string key, string knownHash, string runId, TurnRequest request)
    {
        if (knownHash != request.RequestHash)
        {
            throw new OrleansAiException(
                ErrorCodes.IdempotencyKeyReused,
                $"The idempotency key '{key}' was used with another request; use a new key for a new request.")
            {
                RunId = runId,
            };
        }
    }

    /// <summary>The error for a response that cannot be continued, because it is not there or was not stored.</summary>
    public static OrleansAiException PreviousNotFound(string runId) =>
        new(ErrorCodes.PreviousResponseNotFound, $"There is no stored response '{runId}' to continue from.") { Param = "previous_response_id" };

    /// <summary>What is appended to admit a turn.</summary>
    /// <exception cref="OrleansAiException">The turn is refused.</exception>
    public Entry Decide(ConversationState state, long position, TurnRequest request)
    {
        var model = request.Model ?? DefaultRoute;
        models.Check(model);
        Check(state, request);
        var runId = ids.New(request.Kind == RunKind.ChatCompletion ? IdPrefixes.ChatCompletion : IdPrefixes.Response);
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var body = new RunAdmittedBody
        {
            RunId = runId,
            Kind = request.Kind,
            Model = model,
            CreatedAt = now,
            Input =
            [
                .. request.Input.Select((item, index) => StoredItem.Of(ItemIds.Input(item.Kind, runId, index), item)),
            ],
            Instructions = request.Instructions is { } text ? StoredText.Of(text) : null,
            OptionsText = OptionsCodec.Write(request.Options),
            Retrieval = request.Retrieval is { } forked ? forked.Route : RetrievalOf(state.Tenant, model, request),
            Found = request.Retrieval?.Found is { } found ? RetrievalOutput.Of(found) : null,
            Forget = request.Options.Forget,
            Fork = request.Fork,
            ForkedFrom = request.ForkedFrom,
            Given = request.Given.Count > 0 ? [.. request.Given.Select(GivenOutput.Of)] : null,
            ToolOutputs = request.ToolOutputs.Count > 0 ? [.. request.ToolOutputs.Select(static output => StoredToolAnswer.Of(output, null))] : null,
            Sampling = request.Sampling == NoSampling ? null : request.Sampling,
            Stream = request.Stream,
            Background = request.Background,
            PreviousRunId = request.Continues ?? request.PreviousRunId,
            Metadata = request.Metadata is { Count: > 0 } ? request.Metadata : null,
            CreatesConversation = !state.Exists,
            Queued = state.Open.Count > 0,
            IdempotencyKey = request.IdempotencyKey,
            RequestHash = request.RequestHash,
            TraceParent = Activity.Current?.Id,
            Silo = silo,
            Origin = origin,
        };
        return new Entry(body)
        {
            Runs = [new RunChange(RunChangeKind.Open, new OpenRun(body, position).ToEntry(state, silo))],
            Idempotency = request.IdempotencyKey is { } key
                ? new IdempotencyEntry(state.Tenant, key, request.RequestHash ?? "", runId, state.Id, now)
                : null,
        };
    }

    // Nothing is recorded for a turn that is told nothing, so that it costs nothing.
    private RouteRetrieval? RetrievalOf(string tenant, string model, TurnRequest request)
    {
        var route = models.RetrievalOf(model);
        if (route is null && documentation.IsReady && request.Options.FileSearch is null && models.Resolve(model).Vendor == VendorCatalog.BuiltinVendor)
        {
            return documentation.For(tenant);
        }

        return request.Options.FileSearch is not null ? route ?? new RouteRetrieval() : route is { Collections.Count: > 0 } ? route : null;
    }

    private static readonly Sampling NoSampling = new();

    private void Check(ConversationState state, TurnRequest request)
    {
        if (!state.Exists && (!request.CreateConversation || state.IsDeleted))
        {
            throw ConversationGrain.NotFound(state.Id);
        }

        if (request.Input.Count == 0 && state.Window.Turns.Count == 0 && state.Open.Count == 0)
        {
            throw new OrleansAiException(ErrorCodes.InvalidRequest, "There is no 'input', and nothing said before that a turn could answer.") { Param = "input" };
        }

        if (request.PreviousRunId is { } previous && request.Fork is null)
        {
            CheckPrevious(state, previous);
        }

        if (request.Overlap == OverlapPolicy.Reject && state.Open.Count > 0)
        {
            var running = state.Open[0].Admitted.RunId;
            throw new OrleansAiException(
                ErrorCodes.ConversationLocked, $"The response '{running}' is running on this conversation; wait for it or cancel it.")
            {
                IsTransient = true,
                RunId = running,
            };
        }

        open.ThrowIfSaturated();
        if (open.Value >= options.MaxOpenRuns)
        {
            throw new OrleansAiException(
                ErrorCodes.Overloaded, $"{open.Value} runs are open on this silo, the limit is {options.MaxOpenRuns}; try again in a moment.")
            {
                IsTransient = true,
                RetryAfter = TimeSpan.FromSeconds(2),
            };
        }

        if (state.Open.Count >= options.MaxQueuedTurns)
        {
            throw new OrleansAiException(
                ErrorCodes.Overloaded,
                $"{state.Open.Count} turns wait on this conversation, the limit is {options.MaxQueuedTurns}; try again later.")
            {
                IsTransient = true,
                RetryAfter = TimeSpan.FromSeconds(1),
            };
        }

        var size = ContextSize.Of(request.Input).WithCharacters(request.Instructions?.Length ?? 0);
        CheckSize(state, size);
        if (request.Options.RefuseTruncation && !state.Window.HoldsAllBeside(size))
        {
            throw RunEngine.TooLong();
        }
    }

    private void CheckSize(ConversationState state, ContextSize size)
    {
        if (size.Characters > options.WindowCharacters)
        {
            throw new OrleansAiException(
                ErrorCodes.ContextTooLong,
                $"The input has {size.Characters} characters, the limit is {options.WindowCharacters}; shorten it.")
            {
                Param = "input",
            };
        }

        if (size.Media > options.WindowMediaBytes)
        {
            throw new OrleansAiException(
                ErrorCodes.ContextTooLong,
                $"The images and files of the input have {size.Media} bytes, the limit is {options.WindowMediaBytes}; send fewer of them, or addresses.")
            {
                Param = "input",
            };
        }

        if (size.Media == 0)
        {
            return;
        }

        // What waits is in memory, too.
        var waiting = state.Open.Sum(static run => ContextSize.Of(run.Admitted.Input.Select(static item => item.ToItem())).Media);
        if (waiting + size.Media > QueuedMedia * (long)options.WindowMediaBytes)
        {
            throw new OrleansAiException(
                ErrorCodes.Overloaded,
                $"The turns that wait on this conversation have {waiting} bytes of images and files, the limit is {QueuedMedia * (long)options.WindowMediaBytes} "
                + "with the new one; try again later.")
            {
                IsTransient = true,
                RetryAfter = TimeSpan.FromSeconds(1),
            };
        }
    }

    private static void CheckPrevious(ConversationState state, string previous)
    {
        if (state.Deleted.Contains(previous) || state.FindOpen(previous) is { Admitted.Forget: true })
        {
            throw PreviousNotFound(previous);
        }

        if (state.Replaced.Contains(previous))
        {
            // Its answer is no part of this conversation any more, so whoever goes on from it does so beside.
            throw new OrleansAiException(
                ErrorCodes.VersionConflict, $"A fork stands in the place of the response '{previous}'; continue it in a conversation of its own.")
            {
                Param = "previous_response_id",
                RunId = previous,
            };
        }

        if (state.LastRunId != previous)
        {
            throw new OrleansAiException(
                ErrorCodes.VersionConflict, $"The response '{previous}' was followed by '{state.LastRunId}'; continue it in a conversation of its own.")
            {
                Param = "previous_response_id",
                RunId = state.LastRunId,
            };
        }
    }
}
