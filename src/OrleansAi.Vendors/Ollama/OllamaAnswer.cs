using System.Text;
using System.Text.Json;
using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Runs;
using OrleansAi.Vendors.Pipeline;
using OrleansAi.Vendors.Wire;

namespace OrleansAi.Vendors.Ollama;

/// <summary>Puts an answer together from its lines; a whole answer has one.</summary>
/// <param name="vendor">The vendor's configured name.</param>
/// <param name="place">How many messages stand before the answer: calls have no ids of their own, and need different ones every turn.</param>
internal sealed class OllamaAnswer(string vendor, int place)
{
    private readonly StringBuilder _text = new();
    private readonly List<ModelToolCall> _calls = [];
    private StringBuilder? _thinking;
    private OllamaChatWire? _last;
    private string? _model;

    /// <summary>Takes a line in.</summary>
    public void Add(OllamaChatWire line, List<ModelDelta> deltas)
    {
        if (line.Error is { } error)
        {
            throw VendorErrors.InBody(null, error);
        }

        _model ??= line.Model;
        if (line.Message is { } message)
        {
            if (message.Thinking is { Length: > 0 } thought)
            {
                (_thinking ??= new()).Append(thought);
                deltas.Add(new ModelDelta { Kind = ModelDeltaKind.Reasoning, Text = thought });
            }

            if (message.Content is { Length: > 0 } text)
            {
                _text.Append(text);
                deltas.Add(new ModelDelta { Kind = ModelDeltaKind.Text, Text = text });
            }

            foreach (var call in message.ToolCalls ?? [])
            {
                AddCall(call, deltas);
            }
        }

        if (line.Done)
        {
            _last = line;
        }
    }

    /// <summary>The answer, once its last line has come.</summary>
    public VendorAnswer Finish()
    {
        if (_last is not { } last)
        {
            throw VendorErrors.Cut();
        }

        return new VendorAnswer(_text.ToString(), null, last.DoneReason switch
        {
            "length" => FinishReason.Length,
            "stop" or null or "" => _calls.Count > 0 ? FinishReason.ToolCalls : FinishReason.Stop,
            var other => throw VendorErrors.Contract($"the done reason is '{VendorErrors.Short(other)}'; expected are stop and length."),
        })
        {
            // A prompt that stands in the cache whole is not counted at all by older servers.
            Usage = last.EvalCount is { } output && last.PromptEvalCount is { } input
                ? new Usage { InputTokens = input, OutputTokens = output }
                : null,
            ServedModel = _model,
            ToolCalls = _calls,
            Reasoning = _thinking is null ? [] : [new ModelReasoning { Vendor = vendor, Kind = "thinking", Text = _thinking.ToString() }],
        };
    }

    private void AddCall(OllamaToolCallWire call, List<ModelDelta> deltas)
    {
        if (call.Function is not { Name: { } name } function)
        {
            throw VendorErrors.Contract("$.message.tool_calls[].function.name is missing.");
        }

        var arguments = function.Arguments switch
        {
            null or { ValueKind: JsonValueKind.Null } => "{}",
            { ValueKind: JsonValueKind.String } text => text.GetString()!,
            { } value => value.GetRawText(),
        };
        var made = new ModelToolCall { Id = call.Id is { Length: > 0 } id ? id : $"call_{place}_{_calls.Count}", Name = name, Arguments = arguments };
        deltas.Add(new ModelDelta { Kind = ModelDeltaKind.ToolCall, Index = _calls.Count, CallId = made.Id, Name = name });
        deltas.Add(new ModelDelta { Kind = ModelDeltaKind.ToolArguments, Index = _calls.Count, Text = arguments });
        _calls.Add(made);
    }
}
