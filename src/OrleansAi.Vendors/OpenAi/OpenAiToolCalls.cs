using System.Text;
using System.Text.Json;
using OrleansAi.Contracts.Models;
using OrleansAi.Vendors.Wire;

namespace OrleansAi.Vendors.OpenAi;

/// <summary>
/// Gathers the function calls of a chat completion from their pieces. Vendors count them from 0, from 1 or not at all, and
/// say id and name once; some leak their own wrapping, which is taken off here and noted.
/// </summary>
internal sealed class OpenAiToolCalls
{
    private const string Parallel = "multi_tool_use.parallel";
    private const string Functions = "functions.";
    private const string Channel = "<|";
    private const string ChannelNote = "Names of functions had channel tokens behind them.";

    private readonly List<Pending> _calls = [];

    /// <summary>How many calls there are.</summary>
    public int Count => _calls.Count;

    /// <summary>What had to be put right.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>Takes a piece in.</summary>
    /// <param name="piece">The piece.</param>
    /// <param name="deltas">Where it is told, for a stream; null for a whole answer.</param>
    public void Add(ToolCallWire piece, List<ModelDelta>? deltas)
    {
        var call = Find(piece);
        var isNew = call is null;
        if (call is null)
        {
            call = new Pending(piece.Index, _calls.Count);
            _calls.Add(call);
        }

        call.Id ??= piece.Id is { Length: > 0 } id ? id : null;
        call.Name.Append(piece.Function?.Name);
        var arguments = piece.Function?.ArgumentsText;
        call.Arguments.Append(arguments);
        if (deltas is null)
        {
            return;
        }

        if (isNew)
        {
            deltas.Add(new ModelDelta
            {
                Kind = ModelDeltaKind.ToolCall,
                Index = call.Place,
                CallId = call.Id,
                Name = Clean(call.Name.ToString()),
            });
        }

        if (arguments is { Length: > 0 })
        {
            deltas.Add(new ModelDelta { Kind = ModelDeltaKind.ToolArguments, Index = call.Place, Text = arguments });
        }
    }

    /// <summary>The calls, in order.</summary>
    /// <param name="prefix">What ids begin with where the vendor gives none.</param>
    public IReadOnlyList<ModelToolCall> ToCalls(string prefix)
    {
        var calls = new List<ModelToolCall>(_calls.Count);
        foreach (var call in _calls)
        {
            var name = call.Name.ToString();
            var id = call.Id ?? $"call_{prefix}_{call.Place}";
            var arguments = call.Arguments.Length == 0 ? "{}" : call.Arguments.ToString();
            if (name == Parallel && Unwrap(id, arguments) is { } inner)
            {
                Notes.Add($"{Parallel} was taken apart into its {inner.Count} calls.");
                calls.AddRange(inner);
                continue;
            }

            var clean = Clean(name);
            if (clean != name && !Notes.Contains(ChannelNote))
            {
                Notes.Add(ChannelNote);
            }

            calls.Add(new ModelToolCall { Id = id, Name = clean, Arguments = arguments });
        }

        return calls;
    }

    private Pending? Find(ToolCallWire piece)
    {
        // With an index it belongs to the call of that index; without one, to the last, unless it brings a new id.
        if (piece.Index is { } index)
        {
            return _calls.Find(call => call.Index == index);
        }

        return _calls.Count > 0 && (piece.Id is not { Length: > 0 } id || id == _calls[^1].Id) ? _calls[^1] : null;
    }

    private static string Clean(string name)
    {
        var at = name.IndexOf(Channel, StringComparison.Ordinal);
        return at > 0 ? name[..at] : name;
    }

    private static List<ModelToolCall>? Unwrap(string id, string arguments)
    {
        try
        {
            using var document = JsonDocument.Parse(arguments);
            if (!document.RootElement.TryGetProperty("tool_uses", out var uses) || uses.ValueKind != JsonValueKind.Array)
            {
                return null;
            }

            return
            [
                .. uses.EnumerateArray().Select((use, i) => new ModelToolCall
                {
                    Id = $"{id}_{i}",
                    Name = (VendorErrors.Text(use, "recipient_name") ?? "") is var name && name.StartsWith(Functions, StringComparison.Ordinal)
                        ? name[Functions.Length..]
                        : name,
                    Arguments = use.TryGetProperty("parameters", out var parameters) ? parameters.GetRawText() : "{}",
                }),
            ];
        }
        catch (JsonException)
        {
            // Then it is a call like any other, of a function that nobody offered.
            return null;
        }
    }

    private sealed class Pending(int? index, int place)
    {
        public int? Index { get; } = index;

        public int Place { get; } = place;

        public string? Id { get; set; }

        public StringBuilder Name { get; } = new();

        public StringBuilder Arguments { get; } = new();
    }
}
