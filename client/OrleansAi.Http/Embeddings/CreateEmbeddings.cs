using System.Text.Json;
using OrleansAi.Contracts.Embeddings;
using OrleansAi.Contracts.Errors;
using OrleansAi.Http.Errors;
using OrleansAi.Http.Hosting;
using OrleansAi.Http.Requests;

namespace OrleansAi.Http.Embeddings;

/// <summary>The body of <c>POST /v1/embeddings</c>.</summary>
/// <param name="Embedding">What is asked for; its deadline is not yet set.</param>
/// <param name="IsBase64">True when vectors shall come in base 64, as OpenAI's SDKs ask for them.</param>
internal sealed record CreateEmbeddings(EmbeddingRequest Embedding, bool IsBase64)
{
    private const int MostDimensions = 8_192;

    public static CreateEmbeddings Read(JsonElement body, HttpOptions options)
    {
        var fields = new JsonFields(body, "");
        var request = new EmbeddingRequest
        {
            Route = fields.Text("model", 256),
            Inputs = Inputs(fields, options),
            Dimensions = fields.Integer("dimensions", 1, MostDimensions),
            SafetyIdentifier = fields.Text("user", 64),
            Deadline = 0,
        };
        var isBase64 = fields.Choice("encoding_format", "float", "base64") == "base64";
        fields.Done();
        return new CreateEmbeddings(request, isBase64);
    }

    private static IReadOnlyList<string> Inputs(JsonFields fields, HttpOptions options)
    {
        var input = fields.Any("input") ?? throw Invalid.Request("'input' is required.", "input");
        if (input.ValueKind == JsonValueKind.String)
        {
            return [Text(input, "input", options)];
        }

        if (input.ValueKind != JsonValueKind.Array)
        {
            throw fields.Wrong("input", "a string, a list of strings, a list of tokens or a list of such lists");
        }

        var count = input.GetArrayLength();
        if (count == 0)
        {
            throw Invalid.Request("'input' is empty; it must have at least one text.", "input");
        }

        // A list of numbers is one text.
        if (input[0].ValueKind == JsonValueKind.Number)
        {
            return [Tokens(input, "input", options)];
        }

        return count <= options.MaxEmbeddingInputs
            ? [.. input.EnumerateArray().Select((one, i) => One(one, $"input[{i}]", options))]
            : throw new OrleansAiException(
                ErrorCodes.TooManyInputs, $"'input' has {count} texts, the limit is {options.MaxEmbeddingInputs}; send them in several requests.")
            {
                Param = "input",
            };
    }

    private static string One(JsonElement one, string name, HttpOptions options) => one.ValueKind switch
    {
        JsonValueKind.String => Text(one, name, options),
        JsonValueKind.Array => Tokens(one, name, options),
        _ => throw Invalid.Request($"'{name}' must be a string or a list of tokens.", name),
    };

    private static string Text(JsonElement value, string name, HttpOptions options)
    {
        var text = JsonFields.ReadText(value, name);
        return text.Length > 0
            ? Checked(text, name, options)
            : throw Invalid.Request($"'{name}' is empty; a text to embed must have at least one character.", name);
    }

    private static string Tokens(JsonElement value, string name, HttpOptions options)
    {
        var count = value.GetArrayLength();
        if (count > options.MaxEmbeddingInputTokens)
        {
            throw new OrleansAiException(
                ErrorCodes.InputTooLong, $"'{name}' has {count} tokens, the limit is {options.MaxEmbeddingInputTokens}; split it.")
            {
                Param = name,
            };
        }

        var tokens = new List<int>(count);
        foreach (var one in value.EnumerateArray())
        {
            tokens.Add(one.ValueKind == JsonValueKind.Number && one.TryGetInt32(out var token) && TokenText.IsKnown(token)
                ? token
                : throw Invalid.Request($"'{name}[{tokens.Count}]' must be a token of cl100k_base.", name));
        }

        var text = TokenText.Of(tokens);
        return text.Length > 0
            ? Checked(text, name, options)
            : throw Invalid.Request($"'{name}' is empty; a text to embed must have at least one token.", name);
    }

    private static string Checked(string text, string name, HttpOptions options) => text.Length <= options.MaxEmbeddingInputCharacters
        ? text
        : throw new OrleansAiException(
            ErrorCodes.InputTooLong, $"'{name}' has {text.Length} characters, the limit is {options.MaxEmbeddingInputCharacters}; split it.")
        {
            Param = name,
        };
}
