using System.Text.Json;
using OrleansAi.Contracts.Transcripts;
using OrleansAi.Http.Errors;

namespace OrleansAi.Http.Requests;

/// <summary>Reads the messages of a chat completion as items.</summary>
internal static class ChatMessages
{
    private const int MostCalls = 128;

    /// <summary>The messages, in order. One that calls functions is several items.</summary>
    public static IReadOnlyList<NewItem> Read(JsonFields fields, int most)
    {
        if (fields.Any("messages") is null)
        {
            throw Invalid.Request("'messages' is required.", "messages");
        }

        var messages = fields.List("messages", most);
        return messages.Count > 0
            ? [.. messages.SelectMany(static message => Message(new JsonFields(message.Value, message.Name)))]
            : throw Invalid.Request("'messages' has no message.", "messages");
    }

    private static List<NewItem> Message(JsonFields fields)
    {
        fields.Refuse("function_call", "a legacy function call");
        fields.Refuse("audio", "audio");
        fields.Text("name", 64);
        fields.Accept("annotations");
        List<NewItem> items = fields.Text("role") switch
        {
            "tool" => [Output(fields)],
            "assistant" => Assistant(fields),
            _ => [new NewItem { Role = InputItems.RoleOf(fields), Parts = ContentParts.Read(fields, "content", isAssistant: false) }],
        };
        fields.Done();
        return items;
    }

    private static NewItem Output(JsonFields fields) => new()
    {
        Kind = ItemKind.FunctionCallOutput,
        CallId = InputItems.CallId(fields, "tool_call_id"),
        Parts = ContentParts.Read(fields, "content", isAssistant: false),
    };

    private static List<NewItem> Assistant(JsonFields fields)
    {
        var calls = fields.List("tool_calls", MostCalls);
        var refusal = fields.Text("refusal");
        var items = new List<NewItem>();

        // Some clients send an empty text beside calls.
        var isEmpty = fields.Any("content") is null or { ValueKind: JsonValueKind.String } && fields.Text("content") is null or "";
        if (!isEmpty || (calls.Count == 0 && refusal is null))
        {
            items.Add(new NewItem { Role = Role.Assistant, Parts = ContentParts.Read(fields, "content", isAssistant: true) });
        }
        else if (refusal is not null)
        {
            items.Add(new NewItem { Role = Role.Assistant, Parts = [new ContentPart { Kind = ContentPartKind.Refusal, Text = refusal }] });
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
