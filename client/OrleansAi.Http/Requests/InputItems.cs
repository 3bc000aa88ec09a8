using System.Text.Json;
using OrleansAi.Contracts.Transcripts;
using OrleansAi.Http.Errors;

namespace OrleansAi.Http.Requests;

/// <summary>Reads input items (Open Responses 2026-04-24, ItemParam).</summary>
internal static class InputItems
{
    private const int LongestCallId = 64;
    private const int MostQueries = 8;

    /// <summary>A text or a list of items.</summary>
    public static IReadOnlyList<NewItem> Read(JsonFields fields, string field, int most)
    {
        var input = fields.Any(field) ?? throw Invalid.Request($"'{fields.Name(field)}' is required.", fields.Name(field));
        if (input.ValueKind == JsonValueKind.String)
        {
            return [NewItem.Message(Role.User, JsonFields.ReadText(input, fields.Name(field)))];
        }

        if (input.ValueKind != JsonValueKind.Array)
        {
            throw fields.Wrong(field, "a string or a list of items");
        }

        var items = fields.List(field, most);
        return items.Count > 0
            ? [.. items.Select(static item => Item(new JsonFields(item.Value, item.Name)))]
            : throw Invalid.Request($"'{fields.Name(field)}' has no item; it must have from 1 to {most}.", fields.Name(field));
    }

    /// <summary>The role of a message.</summary>
    public static Role RoleOf(JsonFields fields) => fields.RequiredText("role") switch
    {
        "user" => Role.User,
        "assistant" => Role.Assistant,
        "system" => Role.System,
        "developer" => Role.Developer,
        var role => throw Invalid.Request(
            $"'{fields.Name("role")}' is '{role}'; it must be user, assistant, system or developer.", fields.Name("role")),
    };

    /// <summary>The id of a function call.</summary>
    public static string CallId(JsonFields fields, string field)
    {
        var id = fields.Text(field, LongestCallId);
        return id is { Length: > 0 } ? id : throw Invalid.Request($"'{fields.Name(field)}' is required.", fields.Name(field));
    }

    private static NewItem Item(JsonFields fields)
    {
        // Callers send items back as they got them; an item that is sent again is a new one and gets an id of its own.
        var id = fields.Text("id");
        var type = fields.Text("type") ?? (fields.Any("role") is null && id is not null ? "item_reference" : "message");
        if (type != "item_reference")
        {
            fields.Choice("status", "in_progress", "searching", "completed", "incomplete", "failed");
        }

        var item = type switch
        {
            "message" => Message(fields),
            "function_call" => new NewItem
            {
                Kind = ItemKind.FunctionCall,
                CallId = CallId(fields, "call_id"),
                Name = ToolFields.FunctionName(fields, "name"),
                Arguments = fields.RequiredText("arguments"),
            },
            "function_call_output" => new NewItem
            {
                Kind = ItemKind.FunctionCallOutput,
                CallId = CallId(fields, "call_id"),
                Parts = ContentParts.Read(fields, "output", isAssistant: false),
            },
            "reasoning" => Reasoning(fields),
            "file_search_call" => FileSearchCall(fields),
            "compaction" => OpaqueToken.ReadCompaction(fields.RequiredText("encrypted_content"), fields.Name("encrypted_content")),
            "item_reference" => new NewItem
            {
                ReferenceTo = id ?? throw Invalid.Request($"'{fields.Name("id")}' is required.", fields.Name("id")),
            },
            _ => throw Invalid.Request(
                $"'{fields.Name("type")}' is '{(type.Length <= 64 ? type : type[..64])}', which is not supported; known are message, function_call, "
                + "function_call_output, reasoning, file_search_call, compaction and item_reference.",
                fields.Name("type")),
        };
        fields.Accept("created_by");
        fields.Done();
        return item;
    }

    private static NewItem Message(JsonFields fields)
    {
        var role = RoleOf(fields);
        return new NewItem
        {
            Role = role,
            Parts = ContentParts.Read(fields, "content", role == Role.Assistant),
            Phase = role == Role.Assistant ? fields.Choice("phase", "commentary", "final_answer") : null,
        };
    }

    // What was found for an earlier turn is no part of a later one, which searches anew: the queries are kept, the results are not.
    private static NewItem FileSearchCall(JsonFields fields)
    {
        fields.Accept("results");
        return new NewItem
        {
            Kind = ItemKind.FileSearchCall,
            Role = Role.Assistant,
            Parts =
            [
                .. fields.List("queries", MostQueries).Select(static one => new ContentPart
                {
                    Kind = ContentPartKind.InputText,
                    Text = one.Value.ValueKind == JsonValueKind.String
                        ? JsonFields.ReadText(one.Value, one.Name)
                        : throw Invalid.Request($"'{one.Name}' must be a string.", one.Name),
                }),
            ],
        };
    }

    private static NewItem Reasoning(JsonFields fields)
    {
        fields.Refuse("content", "the raw text of reasoning");
        var summary = fields.List("summary", int.MaxValue).Select(static part =>
        {
            var inner = new JsonFields(part.Value, part.Name);
            inner.Choice("type", "summary_text");
            var text = inner.RequiredText("text");
            inner.Done();
            return new ContentPart { Kind = ContentPartKind.SummaryText, Text = text };
        }).ToList();
        return new NewItem
        {
            Kind = ItemKind.Reasoning,
            Role = Role.Assistant,
            Parts = summary,
            Origins = fields.Text("encrypted_content") is { Length: > 0 } token
                ? OpaqueToken.ReadOrigins(token, fields.Name("encrypted_content"))
                : [],
        };
    }
}
