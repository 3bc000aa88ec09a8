using System.Text.Json;
using OrleansAi.Contracts.Runs;
using OrleansAi.Http.Errors;
using OrleansAi.Http.Requests;

namespace OrleansAi.Http.Responses;

/// <summary>The body of <c>POST /v1/responses</c> (Open Responses 2026-04-24, CreateResponseBody).</summary>
internal sealed record CreateResponse(TurnRequest Turn, string? Conversation)
{
    public static CreateResponse Read(JsonElement body, int mostMessages) => Read(new JsonFields(body, ""), mostMessages);

    /// <summary>Reads a body whose transport has read fields of its own before.</summary>
    public static CreateResponse Read(JsonFields fields, int mostMessages)
    {
        fields.Refuse("tools", "a list of tools");
        fields.Refuse("prompt", "a stored prompt");
        fields.Refuse("reasoning", "a wish about reasoning");
        fields.Choice("tool_choice", "none", "auto");
        fields.Choice("truncation", "auto");
        fields.Choice("service_tier", "auto", "default");
        fields.Integer("top_logprobs", 0, 0);
        CheckText(fields);
        CheckInclude(fields);
        if (fields.Any("store") is { ValueKind: JsonValueKind.False })
        {
            throw Invalid.Request("'store' is false, but every run is recorded; leave it out or set it to true.", "store");
        }

        if (fields.Any("stream_options") is { } options)
        {
            var inner = new JsonFields(options, "stream_options");
            inner.Flag("include_obfuscation");
            inner.Done();
        }

        var previous = fields.Text("previous_response_id", 128);
        var conversation = ReadConversation(fields);
        if (previous is not null && conversation is not null)
        {
            throw Invalid.Request("Give either 'conversation' or 'previous_response_id', not both.", "previous_response_id");
        }

        var turn = new TurnRequest
        {
            Kind = RunKind.Response,
            Model = fields.Text("model", 256),
            Input = Messages.OfInput(fields.Any("input"), mostMessages, "input"),
            Instructions = fields.Text("instructions"),
            Sampling = SamplingFields.Read(fields, "max_output_tokens", 16),
            Stream = fields.Flag("stream"),
            Background = fields.Flag("background"),
            Metadata = fields.Metadata("metadata"),
            PreviousRunId = previous,
        };
        TakenFields.Read(fields);
        fields.Done();
        return new CreateResponse(turn, conversation);
    }

    private static string? ReadConversation(JsonFields fields)
    {
        if (fields.Any("conversation") is not { } value)
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.String)
        {
            return value.GetString();
        }

        var inner = new JsonFields(value, "conversation");
        var id = inner.RequiredText("id");
        inner.Done();
        return id;
    }

    private static void CheckText(JsonFields fields)
    {
        if (fields.Any("text") is not { } text)
        {
            return;
        }

        var inner = new JsonFields(text, "text");
        inner.Refuse("verbosity", "a wish about verbosity");
        if (inner.Any("format") is { } format)
        {
            var kind = new JsonFields(format, "text.format");
            kind.Choice("type", "text");
            kind.Done();
        }

        inner.Done();
    }

    private static void CheckInclude(JsonFields fields)
    {
        if (fields.Any("include") is not { } include)
        {
            return;
        }

        if (include.ValueKind != JsonValueKind.Array)
        {
            throw fields.Wrong("include", "a list");
        }

        // Encrypted reasoning is included wherever there is some, which is nowhere yet.
        foreach (var element in include.EnumerateArray())
        {
            if (element.ValueKind != JsonValueKind.String || element.GetString() != "reasoning.encrypted_content")
            {
                throw Invalid.NotSupported("include", element.ToString());
            }
        }
    }
}
