using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Storage;
using OrleansAi.Engine.Conversations;

namespace OrleansAi.Grains.Conversations;

/// <summary>
/// Snapshots of one conversation in grain storage. A snapshot is a shortcut: one that cannot be read or written costs time
/// at the next activation, never data, so no failure here fails a turn.
/// </summary>
internal sealed partial class SnapshotStore(IGrainStorage storage, GrainId grainId, ILogger logger)
{
    /// <summary>The name of the storage provider.</summary>
    public const string ProviderName = "snapshots";

    private const string StateName = "conversation";

    private GrainState<ConversationSnapshot> _state = new() { State = new ConversationSnapshot() };

    /// <summary>The position of the newest snapshot; 0 when there is none.</summary>
    public long Position => _state.State?.Position ?? 0;

    public static IGrainStorage Provider(IServiceProvider services) =>
        services.GetRequiredKeyedService<IGrainStorage>(ProviderName);

    public async Task<ConversationSnapshot?> ReadAsync()
    {
        try
        {
            var state = new GrainState<ConversationSnapshot> { State = new ConversationSnapshot() };
            await storage.ReadStateAsync(StateName, grainId, state);
            _state = state;
            return state is { RecordExists: true, State.Position: > 0 } ? state.State : null;
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            LogReadFailed(exception, grainId);
            return null;
        }
    }

    public async Task WriteAsync(ConversationSnapshot snapshot)
    {
        var previous = _state.State;
        try
        {
            _state.State = snapshot;
            await storage.WriteStateAsync(StateName, grainId, _state);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // Another activation may have written a newer one; what is stored is read again before the next attempt.
            _state.State = previous;
            LogWriteFailed(exception, grainId);
            await ReadAsync();
        }
    }

    [LoggerMessage(3001, LogLevel.Warning, "The snapshot of {Grain} cannot be read; the journal is read instead.")]
    private partial void LogReadFailed(Exception exception, GrainId grain);

    [LoggerMessage(3002, LogLevel.Warning, "The snapshot of {Grain} was not written; the next one is tried later.")]
    private partial void LogWriteFailed(Exception exception, GrainId grain);
}
