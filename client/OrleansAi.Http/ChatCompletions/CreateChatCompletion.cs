using System.Text.Json;
using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Runs;
using OrleansAi.Http.Errors;
using OrleansAi.Http.Hosting;
using OrleansAi.Http.Requests;

namespace OrleansAi.Http.ChatCompletions;

/// <summary>The body of <c>POST /v1/chat/completions</c>.</summary>
/// <param name="Turn">The turn that each choice is.</param>
/// <param name="Choices">How many answers are asked for.</param>
/// <param name="IncludeUsage">True to end a stream with the usage.</param>
/// <param name="Obfuscates">True to hide the lengths of a stream's pieces.</param>
internal sealed record CreateChatCompletion(TurnRequest Turn, int Choices, bool IncludeUsage, bool Obfuscates)
{
    public static CreateChatCompletion Read(JsonElement body, HttpOptions options) => Read(new JsonFields(body, ""), options);

    /// <summary>Reads the fields of a body.</summary>
    public static CreateChatCompletion Read(JsonFields fields, HttpOptions options)
    {
        fields.Refuse("functions", "a list of legacy functions");
        fields.Refuse("function_call", "a legacy wish about functions");
        fields.Refuse("logit_bias", "a bias");
        fields.Refuse("audio", "a wish for audio");
        fields.Refuse("prediction", "a prediction");
        fields.Refuse("web_search_options", "a web search");
        fields.Choice("service_tier", "auto", "default");
        fields.Integer("top_logprobs", 0, 0);
        if (fields.Flag("logprobs"))
        {
            throw Invalid.NotSupported("logprobs", "true");
        }

        foreach (var (value, name) in fields.List("modalities", 2))
        {
            if (value.ValueKind != JsonValueKind.String || value.GetString() != "text")
            {
                throw Invalid.NotSupported("modalities", $"'{name}' other than text");
            }
        }

        var (includeUsage, obfuscates) = (false, false);
        if (fields.Object("stream_options") is { } stream)
        {
            includeUsage = stream.Flag("include_usage");
            obfuscates = stream.Flag("include_obfuscation");
            stream.Done();
        }

        var sampling = SamplingFields.Read(fields, "max_completion_tokens", 1);
        var tools = ToolFields.ChatTools(fields, options);
        var store = fields.OptionalFlag("store");
        var most = fields.Integer("max_completion_tokens", "max_tokens", 1);
        var turn = new TurnRequest
        {
            Kind = RunKind.ChatCompletion,
            Model = fields.Text("model", 256),
            Input = ChatMessages.Read(fields, options.MaxMessages),
            Sampling = sampling with
            {
                MaxOutputTokens = most,
                Stop = SamplingFields.Stop(fields),
                Seed = fields.Long("seed"),
            },
            Stream = fields.Flag("stream"),
            Metadata = fields.Metadata("metadata"),
            Options = new TurnOptions
            {
                Tools = tools,
                ToolChoice = ToolFields.ChatChoice(fields, tools),
                ParallelToolCalls = fields.OptionalFlag("parallel_tool_calls"),
                OutputFormat = ReadFormat(fields, options),
                Verbosity = fields.Choice("verbosity", "low", "medium", "high"),
                ReasoningEffort = fields.Choice("reasoning_effort", "none", "minimal", "low", "medium", "high", "xhigh"),
                SafetyIdentifier = fields.Text("safety_identifier", "user", 64),
                PromptCacheKey = fields.Text("prompt_cache_key", 64),
                PromptCacheRetention = fields.Choice("prompt_cache_retention", "in-memory", "in_memory", "24h"),
                Listed = store is true,
                Forget = store is false,
            },
        };
        var choices = fields.Integer("n", 1, options.MaxChoices) ?? 1;
        fields.Done();
        return new CreateChatCompletion(turn, choices, includeUsage, obfuscates);
    }

    /// <summary>The turn of one choice: each is a run of its own, with an idempotency key of its own.</summary>
    /// <param name="choice">Which, from 0.</param>
    /// <param name="first">The run of the first choice; null for that one.</param>
    public TurnRequest TurnOf(int choice, string? first) => Turn with
    {
        // No caller's key can have the separator, which is a control character.
        IdempotencyKey = choice == 0 || Turn.IdempotencyKey is not { } key ? Turn.IdempotencyKey : $"{key}\u001f{choice}",
        Options = Turn.Options with { ChoiceOf = first, Choice = choice, FurtherChoices = choice == 0 ? Choices - 1 : 0 },
    };

    private static ModelOutputFormat? ReadFormat(JsonFields fields, HttpOptions options)
    {
        if (fields.Object("response_format") is not { } format)
        {
            return null;
        }

        ModelOutputFormat? result = null;
        switch (format.Choice("type", "text", "json_object", "json_schema"))
        {
            case "json_schema":
                var inner = format.Object("json_schema")
                    ?? throw Invalid.Request("'response_format.json_schema' is required.", "response_format.json_schema");
                result = ToolFields.Schema(inner, options);
                inner.Done();
                break;
            case "json_object":
                result = new ModelOutputFormat();
                break;
            case null:
                throw Invalid.Request("'response_format.type' is required.", "response_format.type");
        }

        format.Done();
        return result;
    }
}
