using OrleansAi.Contracts.Runs;

namespace OrleansAi.Contracts.Models;

/// <summary>One exchange with a vendor as it is recorded.</summary>
public sealed record RecordedExchange
{
    /// <summary>True when the vendor was asked for a stream.</summary>
    public required bool IsStream { get; init; }

    /// <summary>The answer's bytes, after decompression; null when none came or none is kept.</summary>
    public ReadOnlyMemory<byte>? Response { get; init; }

    /// <summary>The vendor's HTTP status, where it is recorded.</summary>
    public int? Status { get; init; }

    /// <summary>The vendor's own id of the request.</summary>
    public string? RequestId { get; init; }

    /// <summary>What kind of trouble the attempt was in; null for none.</summary>
    public string? Cause { get; init; }
}

/// <summary>What this build makes of a recorded exchange.</summary>
public sealed record ReplayedExchange
{
    /// <summary>The request's bytes as they would be sent now; empty for a model that is called in the process.</summary>
    public required ReadOnlyMemory<byte> Request { get; init; }

    /// <summary>What the recorded answer says, with the verdicts that it gets now; null when it is no answer.</summary>
    public ModelResult? Answer { get; init; }

    /// <summary>The text as it is streamed now, piece by piece; empty for an answer that came whole.</summary>
    public string StreamedText { get; init; } = "";

    /// <summary>The refusal as it is streamed.</summary>
    public string StreamedRefusal { get; init; } = "";

    /// <summary>The thoughts as they are streamed.</summary>
    public string StreamedReasoning { get; init; } = "";

    /// <summary>The call that asks for a better answer, where the answer was of no use.</summary>
    public ModelCall? Repair { get; init; }

    /// <summary>How many requests left the process: none, or the replay is broken.</summary>
    public int ExternalCalls { get; init; }
}

/// <summary>Takes a recorded exchange through the code that makes live ones, with the recorded bytes in the place of the network.</summary>
public interface IExchangeReplayer
{
    /// <summary>Writes the request, sends nothing, and reads the recorded answer.</summary>
    /// <exception cref="Errors.OrleansAiException">The vendor is not configured here.</exception>
    Task<ReplayedExchange> ReplayAsync(ModelCall call, RecordedExchange recorded, CancellationToken cancellationToken);
}
