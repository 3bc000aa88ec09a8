using OrleansAi.Contracts.Models;
using OrleansAi.Engine.Records;

namespace OrleansAi.Engine.Runs;

/// <summary>
/// A model's answer as it is recorded: what was sent to followers is what is stored, to the last character. Where the
/// outcome says otherwise about a function call, whose arguments a program will read, the attempt is void and the calls
/// are sent anew.
/// </summary>
internal sealed record SettledOutput(StoredText Text)
{
    public StoredText? Refusal { get; init; }

    public StoredText? Reasoning { get; init; }

    public IReadOnlyList<StoredOrigin>? ReasoningOrigins { get; init; }

    public IReadOnlyList<StoredCall>? ToolCalls { get; init; }

    public string? Deltas { get; init; }

    public IReadOnlyList<StoredMessage>? Messages { get; init; }

    /// <summary>An answer that came whole.</summary>
    public static SettledOutput OfWhole(ModelResult result)
    {
        var thoughts = Thoughts(result);
        return new SettledOutput(StoredText.Of(result.Text))
        {
            Refusal = NotEmpty(result.Refusal),
            Reasoning = NotEmpty(thoughts),
            ReasoningOrigins = Origins(result, thoughts),
            ToolCalls = result.ToolCalls.Count == 0 ? null : [.. result.ToolCalls.Select(call => Stored(call, call.Id))],
            Messages = Whole(result),
        };
    }

    /// <summary>An answer that was streamed. What of its outcome was not sent yet is sent now, or with the end of the run.</summary>
    public static SettledOutput OfStream(ModelResult result, RunEventLog log, List<AbandonedOutput> abandoned)
    {
        if (result.Error is not null)
        {
            return Cut(log.Written);
        }

        if (Differs(result, log.Written))
        {
            abandoned.Add(log.Written.ToAbandoned(log.Attempt));
            log.AdvanceTo(log.Attempt + 1);
            return OfWhole(result);
        }

        var written = log.Written;
        var thoughts = Thoughts(result);
        if (thoughts.Length > written.Length(Chunks.Reasoning) && thoughts.StartsWith(written.Reasoning, StringComparison.Ordinal))
        {
            log.Delta(new ModelDelta { Kind = ModelDeltaKind.Reasoning, Text = thoughts[written.Length(Chunks.Reasoning)..] });
        }

        for (var place = 0; place < written.Calls; place++)
        {
            log.Delta(new ModelDelta
            {
                Kind = ModelDeltaKind.ToolArguments,
                Index = place,
                Text = result.ToolCalls[place].Arguments[written.Length(Chunks.FirstCall + place)..],
            });
        }

        return new SettledOutput(StoredText.Of(written.Length(Chunks.Text) > 0 ? written.Text : result.Text))
        {
            Refusal = NotEmpty(written.Length(Chunks.Refusal) > 0 ? written.Refusal : result.Refusal),
            Reasoning = NotEmpty(written.Reasoning),
            ReasoningOrigins = Origins(result, written.Reasoning),
            ToolCalls = result.ToolCalls.Count == 0
                ? null
                : [.. result.ToolCalls.Select((call, place) => Stored(call, place < written.Calls ? written.Call(place).Id : call.Id))],
            Deltas = written.Packed,
            Messages = Join(
                written.StoredMessages(),
                written.Length(Chunks.Text) == 0 && result.Text.Length > 0 ? Whole(result) : null),
        };
    }

    private static SettledOutput Cut(WrittenOutput written) => new(StoredText.Of(written.Text))
    {
        Refusal = NotEmpty(written.Refusal),
        Reasoning = NotEmpty(written.Reasoning),
        ToolCalls = written.StoredCalls(),
        Deltas = written.Packed,
        Messages = written.StoredMessages(),
    };

    private static IReadOnlyList<StoredMessage>? Whole(ModelResult result) =>
        result.Messages is { } messages && messages.Sum(static message => message.Length) == result.Text.Length
            ? [.. messages.Select(StoredMessage.Of)]
            : null;

    private static IReadOnlyList<StoredMessage>? Join(IReadOnlyList<StoredMessage>? streamed, IReadOnlyList<StoredMessage>? whole) =>
        streamed is null ? whole : whole is null ? streamed : [.. streamed, .. whole];

    private static bool Differs(ModelResult result, WrittenOutput written)
    {
        if (written.Calls > result.ToolCalls.Count)
        {
            return true;
        }

        for (var place = 0; place < written.Calls; place++)
        {
            var call = result.ToolCalls[place];
            if (call.Name != written.Call(place).Name
                || !call.Arguments.StartsWith(written.Part(Chunks.FirstCall + place, 0), StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    private static string Thoughts(ModelResult result) => result.Reasoning switch
    {
        [] => "",
        [var only] => only.Text,
        var several => string.Concat(several.Select(static one => one.Text)),
    };

    // A vendor may tell the same thoughts a little differently at the end; then all that was sent belongs to its first piece.
    private static IReadOnlyList<StoredOrigin>? Origins(ModelResult result, string thoughts)
    {
        if (result.Reasoning.Count == 0)
        {
            return null;
        }

        var isSame = Thoughts(result) == thoughts;
        return
        [
            .. result.Reasoning.Select((one, index) => new StoredOrigin
            {
                Vendor = one.Vendor,
                Kind = one.Kind,
                Id = one.Id,
                Opaque = StoredText.OfOptional(one.Opaque),
                Length = isSame ? one.Text.Length : index == 0 ? thoughts.Length : 0,
            }),
        ];
    }

    private static StoredCall Stored(ModelToolCall call, string id) => new()
    {
        Id = id,
        Name = call.Name,
        Arguments = StoredText.Of(call.Arguments),
        Opaque = StoredText.OfOptional(call.Opaque),
        Vendor = call.Vendor,
    };

    private static StoredText? NotEmpty(string? text) =>
        string.IsNullOrEmpty(text) ? null : StoredText.Of(text);
}
