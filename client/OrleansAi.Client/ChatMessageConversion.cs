using System.Text.Json;
using Microsoft.Extensions.AI;
using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Transcripts;

namespace OrleansAi.Client;

/// <summary>Messages of Microsoft.Extensions.AI to items and back.</summary>
internal static class ChatMessageConversion
{
    /// <summary>A message as items: a function call and an output are items of their own.</summary>
    public static IEnumerable<NewItem> ToItems(ChatMessage message)
    {
        var role = message.Role == ChatRole.Assistant ? Role.Assistant
            : message.Role == ChatRole.System ? Role.System
            : Role.User;
        var parts = new List<ContentPart>();
        var others = new List<NewItem>();
        foreach (var content in message.Contents)
        {
            switch (content)
            {
                case FunctionCallContent call:
                    others.Add(new NewItem
                    {
                        Kind = ItemKind.FunctionCall,
                        CallId = call.CallId,
                        Name = call.Name,
                        Arguments = JsonSerializer.Serialize(call.Arguments ?? new Dictionary<string, object?>(), AIJsonUtilities.DefaultOptions.GetTypeInfo(typeof(IDictionary<string, object?>))),
                    });
                    break;
                case FunctionResultContent result:
                    others.Add(NewItem.FunctionCallOutput(result.CallId, Text(result)));
                    break;
                case TextReasoningContent:
                    // The conversation has its own record of what the model thought.
                    break;
                default:
                    parts.Add(Part(content, role));
                    break;
            }
        }

        if (parts.Count > 0)
        {
            yield return new NewItem { Role = role, Parts = parts };
        }

        foreach (var item in others)
        {
            yield return item;
        }
    }

    /// <summary>An item that a model wrote as contents.</summary>
    public static IEnumerable<AIContent> ToContents(Item item)
    {
        switch (item.Kind)
        {
            case ItemKind.FunctionCall:
                yield return Call(item);
                break;
            case ItemKind.Reasoning:
                yield return new TextReasoningContent(item.Text);
                break;
            default:
                foreach (var part in item.Parts)
                {
                    yield return part.Kind == ContentPartKind.Refusal
                        ? new ErrorContent(part.Text) { ErrorCode = "Refusal" }
                        : new TextContent(part.Text);
                }

                break;
        }
    }

    /// <summary>A function call.</summary>
    public static FunctionCallContent Call(Item item) => FunctionCallContent.CreateFromParsedArguments(
        item.Arguments ?? "{}",
        item.CallId!,
        item.Name!,
        static json => JsonSerializer.Deserialize(json, (System.Text.Json.Serialization.Metadata.JsonTypeInfo<IDictionary<string, object?>>)
            AIJsonUtilities.DefaultOptions.GetTypeInfo(typeof(IDictionary<string, object?>))));

    /// <summary>The functions that the model may call.</summary>
    /// <exception cref="OrleansAiException">One is no function.</exception>
    public static IReadOnlyList<ModelTool>? Tools(ChatOptions? options) => options?.Tools is not { Count: > 0 } tools ? null :
    [
        .. tools.Select(static tool => tool is AIFunctionDeclaration function
            ? new ModelTool
            {
                Name = function.Name,
                Description = function.Description,
                Parameters = function.JsonSchema.GetRawText(),
                Strict = function.AdditionalProperties.TryGetValue("strict", out var strict) && strict is true,
            }
            : throw new OrleansAiException(ErrorCodes.InvalidRequest, $"The tool '{tool.Name}' is no function; only functions are supported.")
            {
                Param = "tools",
            }),
    ];

    /// <summary>Whether and what the model must call; null for the default.</summary>
    public static ModelToolChoice? Choice(ChatOptions? options) => options?.ToolMode switch
    {
        NoneChatToolMode => new ModelToolChoice { Mode = ToolChoiceMode.None },
        RequiredChatToolMode { RequiredFunctionName: { } name } => new ModelToolChoice { Mode = ToolChoiceMode.Function, Name = name },
        RequiredChatToolMode => new ModelToolChoice { Mode = ToolChoiceMode.Required },
        AutoChatToolMode => new ModelToolChoice { Mode = ToolChoiceMode.Auto },
        _ => null,
    };

    /// <summary>The form that the answer must have; null for free text.</summary>
    public static ModelOutputFormat? Format(ChatOptions? options) => options?.ResponseFormat is not ChatResponseFormatJson json ? null : new ModelOutputFormat
    {
        Schema = json.Schema?.GetRawText(),
        Name = json.SchemaName ?? "answer",
        Description = json.SchemaDescription,
    };

    private static ContentPart Part(AIContent content, Role role) => content switch
    {
        TextContent text => new ContentPart
        {
            Kind = role == Role.Assistant ? ContentPartKind.OutputText : ContentPartKind.InputText,
            Text = text.Text,
        },
        ErrorContent refusal when role == Role.Assistant => new ContentPart { Kind = ContentPartKind.Refusal, Text = refusal.Message },
        DataContent data => new ContentPart
        {
            Kind = data.HasTopLevelMediaType("image") ? ContentPartKind.InputImage : ContentPartKind.InputFile,
            Text = data.Uri,
            FileName = data.Name,
        },
        UriContent uri => new ContentPart
        {
            Kind = uri.HasTopLevelMediaType("image") ? ContentPartKind.InputImage : ContentPartKind.InputFile,
            Text = uri.Uri.AbsoluteUri,
        },
        _ => throw new OrleansAiException(
            ErrorCodes.InvalidRequest, $"{content.GetType().Name} is not supported; send text, images, files, function calls and their results.")
        {
            Param = "messages",
        },
    };

    private static string Text(FunctionResultContent result) => result switch
    {
        { Exception: { } exception } => $"Error: {exception.Message}",
        { Result: string text } => text,
        { Result: null } => "",
        { Result: { } value } => JsonSerializer.Serialize(value, AIJsonUtilities.DefaultOptions.GetTypeInfo(value.GetType())),
    };
}
