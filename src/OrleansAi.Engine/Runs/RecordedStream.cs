using OrleansAi.Contracts.Models;
using OrleansAi.Engine.Records;

namespace OrleansAi.Engine.Runs;

/// <summary>The deltas of an attempt as they were streamed, from its record.</summary>
internal sealed record RecordedStream(
    string? Packed, StoredText Text, StoredText? Refusal, StoredText? Reasoning, IReadOnlyList<StoredCall>? Calls, IReadOnlyList<StoredMessage>? Messages)
{
    public IEnumerable<ModelDelta> Deltas()
    {
        if (Packed is null)
        {
            yield return new ModelDelta { Kind = ModelDeltaKind.Text, Text = Text.Text };
            yield break;
        }

        var taken = new Dictionary<int, int>();
        var marks = 0;
        foreach (var piece in Chunks.Unpack(Packed))
        {
            var (slot, length) = piece;
            if (piece.IsMark)
            {
                yield return Mark(slot, Messages![marks++]);
                continue;
            }

            if (slot >= Chunks.FirstCall && taken.TryAdd(slot, 0))
            {
                var call = Calls![slot - Chunks.FirstCall];
                yield return new ModelDelta
                {
                    Kind = ModelDeltaKind.ToolCall,
                    Index = slot - Chunks.FirstCall,
                    CallId = call.Id,
                    Name = call.Name,
                };
            }

            if (length > 0)
            {
                var start = taken.GetValueOrDefault(slot);
                taken[slot] = start + length;
                yield return Piece(slot, start, length);
            }
        }
    }

    private static ModelDelta Mark(int slot, StoredMessage message) => slot == Chunks.Text
        ? new ModelDelta { Kind = ModelDeltaKind.Message, Text = message.Phase ?? "" }
        : new ModelDelta { Kind = ModelDeltaKind.Annotations, Text = message.Annotations?.Text ?? "" };

    private ModelDelta Piece(int slot, int start, int length) => slot switch
    {
        Chunks.Text => new ModelDelta { Kind = ModelDeltaKind.Text, Text = Text.Text.Substring(start, length) },
        Chunks.Refusal => new ModelDelta { Kind = ModelDeltaKind.Refusal, Text = Refusal!.Text.Substring(start, length) },
        Chunks.Reasoning => new ModelDelta { Kind = ModelDeltaKind.Reasoning, Text = Reasoning!.Text.Substring(start, length) },
        _ => new ModelDelta
        {
            Kind = ModelDeltaKind.ToolArguments,
            Index = slot - Chunks.FirstCall,
            Text = Calls![slot - Chunks.FirstCall].Arguments.Text.Substring(start, length),
        },
    };
}
