using System.Text.Json;
using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Runs;
using OrleansAi.Contracts.Transcripts;
using OrleansAi.Http.Errors;
using OrleansAi.Http.Hosting;
using OrleansAi.Http.Requests;

namespace OrleansAi.Http.Responses;

/// <summary>The body of <c>POST /v1/responses</c> (Open Responses 2026-04-24, CreateResponseBody).</summary>
internal sealed record CreateResponse(TurnRequest Turn, string? Conversation)
{
    private const string EncryptedReasoning = "reasoning.encrypted_content";
    private const string SearchResults = "file_search_call.results";

    /// <summary>True to hide the lengths of a stream's pieces.</summary>
    public bool Obfuscates { get; init; }

    public static CreateResponse Read(JsonElement body, HttpOptions options) => Read(new JsonFields(body, ""), options);

    /// <summary>Reads a body whose transport has read fields of its own before.</summary>
    public static CreateResponse Read(JsonFields fields, HttpOptions limits)
    {
        fields.Refuse("prompt", "a stored prompt");
        fields.Refuse("context_management", "a wish about compaction");
        fields.Choice("service_tier", "auto", "default");
        fields.Integer("top_logprobs", 0, 0);
        var obfuscates = false;
        if (fields.Object("stream_options") is { } stream)
        {
            obfuscates = stream.Flag("include_obfuscation");
            stream.Done();
        }

        var (previous, conversation) = ReadPlace(fields);
        var background = fields.Flag("background");
        var options = ReadOptions(fields, limits);
        if (background && options.Forget)
        {
            throw Invalid.Request("'background' needs 'store' to be true: there is nothing to come back to otherwise.", "background");
        }

        var turn = new TurnRequest
        {
            Kind = RunKind.Response,
            Model = fields.Text("model", 256),
            Input = ReadInput(fields, limits, continues: previous is not null || conversation is not null),
            Instructions = fields.Text("instructions"),
            Sampling = SamplingFields.Read(fields, "max_output_tokens", 16),
            Stream = fields.Flag("stream"),
            Background = background,
            Metadata = fields.Metadata("metadata"),
            PreviousRunId = previous,
            Options = options,
        };
        fields.Done();
        return new CreateResponse(turn, conversation) { Obfuscates = obfuscates };
    }

    /// <summary>Reads the body of <c>POST /v1/responses/input_tokens</c>: what of a turn the model would read.</summary>
    public static CreateResponse ReadInputTokens(JsonFields fields, HttpOptions limits)
    {
        var (previous, conversation) = ReadPlace(fields);
        var options = ReadModelOptions(fields, limits);
        var turn = new TurnRequest
        {
            Kind = RunKind.Response,
            Model = fields.Text("model", 256),
            Input = ReadInput(fields, limits, continues: previous is not null || conversation is not null),
            Instructions = fields.Text("instructions"),
            PreviousRunId = previous,
            Options = options,
        };
        fields.Done();
        return new CreateResponse(turn, conversation);
    }

    private static (string? Previous, string? Conversation) ReadPlace(JsonFields fields)
    {
        var previous = fields.Text("previous_response_id", 128);
        var conversation = ReadConversation(fields);
        return previous is null || conversation is null
            ? (previous, conversation)
            : throw Invalid.Request("Give either 'conversation' or 'previous_response_id', not both.", "previous_response_id");
    }

    // Where there is something to go on from, a turn may say nothing new.
    private static IReadOnlyList<NewItem> ReadInput(JsonFields fields, HttpOptions limits, bool continues) =>
        continues && fields.Any("input") is null ? [] : InputItems.Read(fields, "input", limits.MaxMessages);

    /// <summary>The fields that say how a turn is carried out.</summary>
    private static TurnOptions ReadOptions(JsonFields fields, HttpOptions limits)
    {
        var includes = Includes(fields);
        return ReadModelOptions(fields, limits) with
        {
            MaxToolCalls = fields.Integer("max_tool_calls", 1),
            IncludeEncryptedReasoning = includes.Contains(EncryptedReasoning),
            IncludeSearchResults = includes.Contains(SearchResults),
            Forget = fields.OptionalFlag("store") is false,
            SafetyIdentifier = fields.Text("safety_identifier", "user", 64),
            PromptCacheKey = fields.Text("prompt_cache_key", 64),
            PromptCacheRetention = fields.Choice("prompt_cache_retention", "in-memory", "in_memory", "24h"),
        };
    }

    // What of the options the model reads, or what decides over what it reads.
    private static TurnOptions ReadModelOptions(JsonFields fields, HttpOptions limits)
    {
        var tools = ToolFields.Tools(fields, limits);
        var search = ToolFields.Search(fields);
        var reasoning = fields.Object("reasoning");
        var text = fields.Object("text");
        var options = new TurnOptions
        {
            Tools = tools,
            FileSearch = search,
            ToolChoice = ToolFields.Choice(fields, tools, search is not null),
            ParallelToolCalls = fields.OptionalFlag("parallel_tool_calls"),
            OutputFormat = text is null ? null : ReadFormat(text, limits),
            Verbosity = text?.Choice("verbosity", "low", "medium", "high"),
            ReasoningEffort = reasoning?.Choice("effort", "none", "minimal", "low", "medium", "high", "xhigh"),
            ReasoningSummary = reasoning is null ? null : ReadSummary(reasoning),
            RefuseTruncation = fields.Choice("truncation", "auto", "disabled") == "disabled",
        };
        text?.Done();
        reasoning?.Done();
        return options;
    }

    private static string? ReadSummary(JsonFields reasoning)
    {
        reasoning.Choice("summary", "auto", "concise", "detailed");
        reasoning.Choice("generate_summary", "auto", "concise", "detailed");
        return reasoning.Text("summary", "generate_summary", int.MaxValue);
    }

    private static ModelOutputFormat? ReadFormat(JsonFields text, HttpOptions limits)
    {
        if (text.Object("format") is not { } format)
        {
            return null;
        }

        var result = format.Choice("type", "text", "json_object", "json_schema") switch
        {
            "json_schema" => ToolFields.Schema(format, limits),
            "json_object" => new ModelOutputFormat(),
            "text" => null,
            _ => throw Invalid.Request("'text.format.type' is required.", "text.format.type"),
        };
        format.Done();
        return result;
    }

    private static string? ReadConversation(JsonFields fields)
    {
        if (fields.Any("conversation") is { ValueKind: JsonValueKind.String })
        {
            return fields.Text("conversation", 128);
        }

        if (fields.Object("conversation") is not { } inner)
        {
            return null;
        }

        var id = inner.RequiredText("id");
        inner.Done();
        return id;
    }

    private static HashSet<string> Includes(JsonFields fields)
    {
        var includes = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (value, name) in fields.List("include", 16))
        {
            var include = value.ValueKind == JsonValueKind.String ? JsonFields.ReadText(value, name) : throw Invalid.Request($"'{name}' must be a string.", "include");
            if (include is not (EncryptedReasoning or SearchResults))
            {
                throw Invalid.NotSupported("include", $"'{(include.Length <= 64 ? include : include[..64])}'");
            }

            includes.Add(include);
        }

        return includes;
    }
}
