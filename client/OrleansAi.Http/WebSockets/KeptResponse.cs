using OrleansAi.Contracts.Transcripts;

namespace OrleansAi.Http.WebSockets;

/// <summary>A response that only its connection knows.</summary>
/// <param name="Id">The response.</param>
/// <param name="StoredId">The stored response that its chain begins behind; null where it begins with nothing.</param>
/// <param name="Items">What was asked and answered since, in order.</param>
/// <param name="Bytes">About how much memory that takes.</param>
internal sealed record KeptResponse(string Id, string? StoredId, IReadOnlyList<NewItem> Items, long Bytes)
{
    private const int ItemBytes = 256;

    /// <summary>About how much memory items take.</summary>
    public static long SizeOf(IEnumerable<NewItem> items) => items.Sum(static item =>
        ItemBytes + (sizeof(char) * ((item.Name?.Length ?? 0L) + (item.Arguments?.Length ?? 0)
            + item.Parts.Sum(static part => (long)part.Text.Length)
            + item.Origins.Sum(static origin => (long)(origin.Opaque?.Length ?? 0)))));
}
