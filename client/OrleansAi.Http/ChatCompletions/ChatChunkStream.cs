using System.Text.Json;
using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Runs;
using OrleansAi.Contracts.Transcripts;
using OrleansAi.Http.Errors;
using OrleansAi.Http.Streaming;

namespace OrleansAi.Http.ChatCompletions;

/// <summary>The events of one choice as chunks of a chat completion.</summary>
/// <param name="stream">Where to.</param>
/// <param name="first">The run of the first choice, whose id all chunks have.</param>
/// <param name="run">The run of this choice.</param>
/// <param name="choice">The choice, from 0.</param>
/// <param name="withUsage">True when the stream ends with the usage.</param>
/// <param name="obfuscates">True to hide the lengths of pieces.</param>
internal sealed class ChatChunkStream(EventStream stream, FollowedRun first, FollowedRun run, int choice, bool withUsage, bool obfuscates)
{
    private readonly Dictionary<string, int> _calls = new(StringComparer.Ordinal);
    private long _attempt = -1;
    private bool _hasText;
    private bool _isApart;

    /// <summary>True once the run has ended well.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>Tokens billed, once the run has ended; null where no vendor said.</summary>
    public Usage? Usage { get; private set; }

    /// <summary>Writes the chunk that names the role.</summary>
    public void Begin() => Chunk(null, static (json, _) =>
    {
        json.WriteString("role", "assistant");
        json.WriteString("content", "");
        json.WriteNull("refusal");
    });

    /// <summary>Writes an event.</summary>
    /// <returns>False when the stream ends here with an error.</returns>
    public bool Write(RunEvent next)
    {
        switch (next.Kind)
        {
            case RunEventKind.ItemAdded when ChatCompletionWriter.IsApart(next.Item!):
                _isApart = _hasText;
                return true;
            case RunEventKind.TextDelta or RunEventKind.ItemAdded when next.Item is null or { Kind: ItemKind.FunctionCall }:
                return WritePiece(next);
            case RunEventKind.Ended when next.Run is { Status: RunStatus.Failed or RunStatus.Cancelled } failed:
                WriteError(
                    failed.Error?.Code ?? ErrorCodes.Cancelled,
                    failed.Error?.Message ?? $"The run '{run.Id}' was cancelled.",
                    RunFailure.ChatName(failed.Error?.Param));
                return false;
            case RunEventKind.Ended:
                HasEnded = true;
                Usage = next.Run!.Usage;
                if (ChatAnnotations.Any(next.Run.Output))
                {
                    Chunk(null, (json, _) => ChatAnnotations.Write(json, next.Run.Output));
                }

                Chunk(ChatCompletionWriter.FinishReason(next.Run), static (_, _) => { });
                return true;
            default:
                return true;
        }
    }

    /// <summary>Writes the chunk that has the usage and no choice.</summary>
    public static void WriteUsage(EventStream stream, IReadOnlyList<ChatChunkStream> choices) => stream.Write(null, choices, static (json, all) =>
    {
        Begin(json, all[0].First);
        json.WriteStartArray("choices");
        json.WriteEndArray();
        if (ChatCompletionWriter.Sum(all.Select(static choice => choice.Usage)) is { } usage)
        {
            ChatCompletionWriter.WriteUsage(json, usage);
        }
        else
        {
            json.WriteNull("usage");
        }

        json.WriteEndObject();
    });

    private bool WritePiece(RunEvent next)
    {
        // This format has no word for reasoning.
        if (next.Part == RunEventPart.Summary)
        {
            return true;
        }

        var attempt = next.Sequence / RunEvent.AttemptSpan;
        if (_attempt >= 0 && _attempt != attempt)
        {
            // This format has no way to begin anew, and two attempts must never be put together (invariant 7).
            WriteError(
                ErrorCodes.VendorFailed,
                $"The answer was cut and is written anew; repeat the request with its Idempotency-Key, or read the run '{run.Id}'.");
            return false;
        }

        _attempt = attempt;
        if (next.Item is { } call)
        {
            _calls[call.Id] = _calls.Count;
            Chunk(null, (json, index) => WriteCall(json, index, call, ""), _calls[call.Id]);
        }
        else if (next.Part == RunEventPart.Arguments)
        {
            Chunk(null, (json, index) => WriteCall(json, index, null, next.Text!), _calls[next.ItemId!], next.Text);
        }
        else if (next.Part == RunEventPart.Refusal)
        {
            Chunk(null, (json, _) => json.WriteString("refusal", next.Text), text: next.Text);
        }
        else
        {
            var text = _isApart ? ChatCompletionWriter.Gap + next.Text : next.Text;
            (_hasText, _isApart) = (true, false);
            Chunk(null, (json, _) => json.WriteString("content", text), text: text);
        }

        return true;
    }

    private static void WriteCall(Utf8JsonWriter json, int index, Item? begun, string arguments)
    {
        json.WriteStartArray("tool_calls");
        json.WriteStartObject();
        json.WriteNumber("index", index);
        if (begun is not null)
        {
            json.WriteString("id", begun.CallId);
            json.WriteString("type", "function");
        }

        json.WriteStartObject("function");
        if (begun is not null)
        {
            json.WriteString("name", begun.Name);
        }

        json.WriteString("arguments", arguments);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private void Chunk(string? finish, Action<Utf8JsonWriter, int> delta, int call = 0, string? text = null) => stream.Write(
        null,
        (self: this, finish, delta, call, padding: obfuscates && text is not null ? Obfuscation.For(text) : null),
        static (json, state) =>
        {
            Begin(json, state.self.First);
            json.WriteStartArray("choices");
            json.WriteStartObject();
            json.WriteNumber("index", state.self.Choice);
            json.WriteStartObject("delta");
            state.delta(json, state.call);
            json.WriteEndObject();
            json.WriteNull("logprobs");
            json.WriteString("finish_reason", state.finish);
            json.WriteEndObject();
            json.WriteEndArray();
            if (state.self.WithUsage)
            {
                json.WriteNull("usage");
            }

            if (state.padding is not null)
            {
                json.WriteString("obfuscation", state.padding);
            }

            json.WriteEndObject();
        });

    private static void Begin(Utf8JsonWriter json, FollowedRun run) =>
        ChatCompletionWriter.Begin(json, run.Id, run.CreatedAt, run.Model, "chat.completion.chunk");

    private FollowedRun First => first;

    private int Choice => choice;

    private bool WithUsage => withUsage;

    private void WriteError(string code, string message, string? param = null) =>
        StreamFault.WriteChunk(stream, new OrleansAiException(code, message) { Param = param });
}
