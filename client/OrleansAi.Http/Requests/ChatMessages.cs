using System.Text.Json;
using OrleansAi.Contracts.Transcripts;
using OrleansAi.Http.Errors;

namespace OrleansAi.Http.Requests;

/// <summary>Reads the messages of a chat completion as items.</summary>
internal static class ChatMessages
{
    private const int MostCalls = 128;
    private const int LongestName = 64;

    /// <summary>The messages, in order. One that calls functions is several items.</summary>
    public static IReadOnlyList<NewItem> Read(JsonFields fields, int most)
    {
        if (fields.Any("messages") is null)
        {
            throw Invalid.Request("'messages' is required.", "messages");
        }

        var messages = fields.List("messages", most);
        var items = new List<NewItem>(messages.Count);
        foreach (var (value, name) in messages)
        {
            Add(items, new JsonFields(value, name));
        }

        return items.Count > 0 ? items : throw Invalid.Request("'messages' has no message.", "messages");
    }

    private static void Add(List<NewItem> items, JsonFields fields)
    {
        fields.Refuse("function_call", "a legacy function call");
        fields.Refuse("audio", "audio");
        fields.Accept("annotations");
        switch (fields.Text("role"))
        {
            case "tool":
                items.Add(Output(fields, items));
                break;
            case "assistant":
                items.AddRange(Assistant(fields));
                break;
            default:
                items.Add(new NewItem
                {
                    Role = InputItems.RoleOf(fields),
                    Name = fields.Text("name", LongestName),
                    Parts = ContentParts.Read(fields, "content", isAssistant: false),
                });
                break;
        }

        fields.Done();
    }

    private static NewItem Output(JsonFields fields, List<NewItem> before)
    {
        var output = new NewItem
        {
            Kind = ItemKind.FunctionCallOutput,
            CallId = InputItems.CallId(fields, "tool_call_id"),
            Parts = ContentParts.Read(fields, "content", isAssistant: false),
        };

        // The name of a function stands with its call already.
        if (fields.Text("name", LongestName) is { } name
            && before.Find(call => call.Kind == ItemKind.FunctionCall && call.CallId == output.CallId) is { Name: { } called } && called != name)
        {
            throw Invalid.Request($"'{fields.Name("name")}' is '{name}', but the function that was called is '{called}'.", fields.Name("name"));
        }

        return output;
    }

    private static List<NewItem> Assistant(JsonFields fields)
    {
        var name = fields.Text("name", LongestName);
        var calls = fields.List("tool_calls", MostCalls);
        var refusal = fields.Text("refusal");
        var items = new List<NewItem>();

        // Some clients send an empty text beside calls.
        var isEmpty = fields.Any("content") is null or { ValueKind: JsonValueKind.String } && fields.Text("content") is null or "";
        IReadOnlyList<ContentPart> parts = !isEmpty || (calls.Count == 0 && string.IsNullOrEmpty(refusal)) ? ContentParts.Read(fields, "content", isAssistant: true) : [];
        if (!string.IsNullOrEmpty(refusal) && !parts.Any(part => part.Kind == ContentPartKind.Refusal && part.Text == refusal))
        {
            parts = [.. parts, new ContentPart { Kind = ContentPartKind.Refusal, Text = refusal }];
        }

        // Who calls functions and says nothing has a name all the same.
        if (parts.Count == 0 && name is not null)
        {
            parts = [new ContentPart { Kind = ContentPartKind.OutputText, Text = "" }];
        }

        if (parts.Count > 0)
        {
            items.Add(new NewItem { Role = Role.Assistant, Name = name, Parts = parts });
        }

        items.AddRange(calls.Select(static element =>
        {
            var call = new JsonFields(element.Value, element.Name);
            call.Choice("type", "function");
            call.Accept("index");
            var function = call.Object("function") ?? throw Invalid.Request($"'{call.Name("function")}' is required.", call.Name("function"));
            var item = new NewItem
            {
                Kind = ItemKind.FunctionCall,
                CallId = InputItems.CallId(call, "id"),
                Name = ToolFields.FunctionName(function, "name"),
                Arguments = function.RequiredText("arguments"),
            };
            function.Done();
            call.Done();
            return item;
        }));
        return items;
    }
}
