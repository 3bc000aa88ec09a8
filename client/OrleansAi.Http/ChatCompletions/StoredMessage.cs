using System.Text.Json;
using OrleansAi.Contracts.Transcripts;

namespace OrleansAi.Http.ChatCompletions;

/// <summary>A message that a stored completion was asked: several items where an assistant called functions.</summary>
/// <param name="Items">The items, in order.</param>
internal sealed record StoredMessage(List<Item> Items)
{
    /// <summary>The message's id: that of its first item.</summary>
    public string Id => Items[0].Id;

    /// <summary>The messages of a request's items.</summary>
    public static List<StoredMessage> Of(IReadOnlyList<Item> items)
    {
        var messages = new List<StoredMessage>();
        foreach (var item in items)
        {
            // What an assistant says and the functions that it calls are one message.
            if (item.Kind == ItemKind.FunctionCall && messages.LastOrDefault() is { IsAssistant: true } last)
            {
                last.Items.Add(item);
            }
            else
            {
                messages.Add(new StoredMessage([item]));
            }
        }

        return messages;
    }

    /// <summary>Writes a message as OpenAI's API tells stored ones.</summary>
    public static void Write(Utf8JsonWriter json, StoredMessage message)
    {
        var first = message.Items[0];
        json.WriteStartObject();
        json.WriteString("id", first.Id);
        if (message.IsAssistant)
        {
            json.WriteString("role", "assistant");
            ChatCompletionWriter.WriteContent(json, message.Items);
        }
        else if (first.Kind == ItemKind.FunctionCallOutput)
        {
            json.WriteString("role", "tool");
            json.WriteString("tool_call_id", first.CallId);
            json.WriteString("content", first.Text);
        }
        else
        {
            json.WriteString("role", first.Role switch
            {
                Role.System => "system",
                Role.Developer => "developer",
                _ => "user",
            });
            json.WriteString("content", first.Text);
        }

        json.WriteString("name", first.Kind == ItemKind.Message ? first.Name : null);
        WriteParts(json, message.IsAssistant ? [] : first.Parts);
        json.WriteEndObject();
    }

    private bool IsAssistant => Items[0] is { Kind: ItemKind.FunctionCall } or { Kind: ItemKind.Message, Role: Role.Assistant };

    private static void WriteParts(Utf8JsonWriter json, IReadOnlyList<ContentPart> parts)
    {
        if (parts is [] or [{ IsMedia: false }])
        {
            json.WriteNull("content_parts");
            return;
        }

        json.WriteStartArray("content_parts");
        foreach (var part in parts)
        {
            json.WriteStartObject();
            switch (part.Kind)
            {
                case ContentPartKind.InputImage:
                    json.WriteString("type", "image_url");
                    json.WriteStartObject("image_url");
                    json.WriteString(part.Form == MediaForm.FileId ? "file_id" : "url", part.Text);
                    json.WriteString("detail", part.Detail ?? "auto");
                    json.WriteEndObject();
                    break;
                case ContentPartKind.InputFile:
                    json.WriteString("type", "file");
                    json.WriteStartObject("file");
                    json.WriteString("filename", part.FileName);
                    json.WriteString(
                        part.Form switch
                        {
                            MediaForm.FileId => "file_id",
                            MediaForm.Data => "file_data",
                            _ => "file_url",
                        },
                        part.Text);
                    json.WriteEndObject();
                    break;
                default:
                    json.WriteString("type", "text");
                    json.WriteString("text", part.Text);
                    break;
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
