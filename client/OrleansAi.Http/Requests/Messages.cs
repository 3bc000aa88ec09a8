using System.Text.Json;
using OrleansAi.Contracts.Runs;
using OrleansAi.Contracts.Transcripts;
using OrleansAi.Http.Errors;

namespace OrleansAi.Http.Requests;

/// <summary>Reads messages of the Responses, Conversations and Chat Completions APIs.</summary>
internal static class Messages
{
    /// <summary>A text or a list of message items.</summary>
    public static IReadOnlyList<NewMessage> OfInput(JsonElement? input, int most, string name)
    {
        if (input is not { } value)
        {
            throw Invalid.Request($"'{name}' is required.", name);
        }

        if (value.ValueKind == JsonValueKind.String)
        {
            return [new NewMessage { Role = Role.User, Parts = [Part(ContentPartKind.InputText, value, name)] }];
        }

        return List(value, most, name, static (item, path) =>
        {
            var fields = new JsonFields(item, path);
            var type = fields.Text("type") ?? "message";
            if (type != "message")
            {
                throw Invalid.NotSupported(path, $"an item of the type '{type}'");
            }

            var role = RoleOf(fields.RequiredText("role"), fields.Name("role"));
            var message = new NewMessage { Role = role, Parts = Content(fields.Any("content"), role, fields.Name("content")) };
            fields.Accept("id", "status", "phase");
            fields.Done();
            return message;
        });
    }

    /// <summary>Messages of a chat completion.</summary>
    public static IReadOnlyList<NewMessage> OfChat(JsonElement? messages, int most)
    {
        if (messages is not { } value)
        {
            throw Invalid.Request("'messages' is required.", "messages");
        }

        return List(value, most, "messages", static (item, path) =>
        {
            var fields = new JsonFields(item, path);
            var role = RoleOf(fields.RequiredText("role"), fields.Name("role"));
            fields.Refuse("tool_calls", "a list of tool calls");
            fields.Refuse("function_call", "a function call");
            fields.Refuse("audio", "audio");
            var refusal = fields.Text("refusal");
            var content = fields.Any("content");
            var message = new NewMessage
            {
                Role = role,
                Parts = content is null && refusal is not null
                    ? [new ContentPart { Kind = ContentPartKind.Refusal, Text = refusal }]
                    : Content(content, role, fields.Name("content")),
            };
            fields.Accept("name", "annotations");
            fields.Done();
            return message;
        });
    }

    private static IReadOnlyList<NewMessage> List(JsonElement value, int most, string name, Func<JsonElement, string, NewMessage> read)
    {
        if (value.ValueKind != JsonValueKind.Array)
        {
            throw Invalid.Request($"'{name}' must be {(name == "messages" ? "a list" : "a string or a list")} of messages.", name);
        }

        var count = value.GetArrayLength();
        if (count == 0 || count > most)
        {
            throw Invalid.Request($"'{name}' has {count} messages; it must have from 1 to {most}.", name);
        }

        var messages = new List<NewMessage>(count);
        foreach (var item in value.EnumerateArray())
        {
            messages.Add(read(item, $"{name}[{messages.Count}]"));
        }

        return messages;
    }

    private static List<ContentPart> Content(JsonElement? content, Role role, string name)
    {
        var kind = role == Role.Assistant ? ContentPartKind.OutputText : ContentPartKind.InputText;
        switch (content?.ValueKind)
        {
            case JsonValueKind.String:
                return [Part(kind, content.Value, name)];
            case JsonValueKind.Array when content.Value.GetArrayLength() > 0:
                var parts = new List<ContentPart>();
                foreach (var part in content.Value.EnumerateArray())
                {
                    parts.Add(ReadPart(part, kind, $"{name}[{parts.Count}]"));
                }

                return parts;
            default:
                throw Invalid.Request($"'{name}' must be a string or a list of content parts.", name);
        }
    }

    private static ContentPart ReadPart(JsonElement part, ContentPartKind kind, string path)
    {
        var fields = new JsonFields(part, path);
        var type = fields.RequiredText("type");
        fields.Accept("annotations", "logprobs");
        var result = type switch
        {
            "input_text" or "output_text" or "text" => Part(kind, fields.Any("text"), fields.Name("text")),
            "refusal" => Part(ContentPartKind.Refusal, fields.Any("refusal"), fields.Name("refusal")),
            _ => throw Invalid.NotSupported(path, $"a content part of the type '{type}'"),
        };
        fields.Done();
        return result;
    }

    private static ContentPart Part(ContentPartKind kind, JsonElement? value, string name)
    {
        if (value?.ValueKind != JsonValueKind.String)
        {
            throw Invalid.Request($"'{name}' must be a string.", name);
        }

        try
        {
            return new ContentPart { Kind = kind, Text = value.Value.GetString()! };
        }
        catch (InvalidOperationException)
        {
            throw Invalid.Request($"'{name}' is not valid Unicode.", name);
        }
    }

    private static Role RoleOf(string role, string name) => role switch
    {
        "user" => Role.User,
        "assistant" => Role.Assistant,
        "system" => Role.System,
        "developer" => Role.Developer,
        _ => throw Invalid.Request($"'{name}' is '{role}'; it must be user, assistant, system or developer.", name),
    };
}
