using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Transcripts;

namespace OrleansAi.Engine.Runs;

/// <summary>
/// A transcript as the messages of a model request. What a model thought, said and called in one go is one message. The
/// output of a call follows its call, wherever it came later, because vendors refuse any other order; a call that its
/// caller left without an output says so, because they refuse a call without one.
/// </summary>
internal sealed class Prompt
{
    private const string NoOutput = "The caller gave no output for this call.";
    private const string SummaryHeading = "Summary of the conversation so far:\n";

    private readonly List<ModelMessage> _messages = [];
    private Dictionary<string, Item>? _outputs;
    private HashSet<string>? _calls;
    private Group? _group;

    /// <summary>The messages of a run.</summary>
    /// <exception cref="OrleansAiException">
    /// <see cref="ErrorCodes.InvalidRequest"/>: the input has the output of a function call that is not there.
    /// </exception>
    public static List<ModelMessage> Of(RunPlan plan) => Of(plan, [], out _);

    /// <summary>The messages of a run with what its steps have added since: calls of functions and their outputs.</summary>
    /// <param name="plan">The run.</param>
    /// <param name="added">What its steps have added.</param>
    /// <param name="ownFrom">The place of the first message that is not of the history.</param>
    /// <exception cref="OrleansAiException">
    /// <see cref="ErrorCodes.InvalidRequest"/>: the input has the output of a function call that is not there.
    /// </exception>
    public static List<ModelMessage> Of(RunPlan plan, IReadOnlyList<Item> added, out int ownFrom)
    {
        var prompt = new Prompt();
        var input = plan.Admitted.Input;
        var history = plan.History;
        var isPlain = true;
        foreach (var turn in history)
        {
            if (turn.Messages is null)
            {
                foreach (var item in turn.Items)
                {
                    isPlain &= prompt.Note(item);
                }
            }
        }

        foreach (var item in input)
        {
            isPlain &= prompt.Note(item.ToItem());
        }

        foreach (var item in added)
        {
            isPlain &= prompt.Note(item);
        }

        if (!isPlain)
        {
            prompt.CheckOutputs(input.Select(static item => item.ToItem()));
        }

        if (plan.Admitted.Instructions is { } instructions)
        {
            prompt._messages.Add(new ModelMessage { Role = Role.System, Text = instructions.Text });
        }

        foreach (var turn in history)
        {
            if (turn.Messages is { } messages)
            {
                prompt.EndGroup();
                prompt._messages.AddRange(messages);
                continue;
            }

            foreach (var item in turn.Items)
            {
                prompt.Add(item);
            }
        }

        ownFrom = prompt._messages.Count;
        foreach (var item in input)
        {
            prompt.Add(item.ToItem());
        }

        foreach (var item in added)
        {
            prompt.Add(item);
        }

        prompt.EndGroup();
        return prompt._messages;
    }

    /// <summary>A message item as a message of its own.</summary>
    public static ModelMessage Message(Item item) => Message(item, item.Role);

    private bool Note(Item item)
    {
        switch (item.Kind)
        {
            case ItemKind.FunctionCall when item.Status == ItemStatus.Completed:
                (_calls ??= new(StringComparer.Ordinal)).Add(item.CallId!);
                return false;
            case ItemKind.FunctionCallOutput:
                (_outputs ??= new(StringComparer.Ordinal)).TryAdd(item.CallId!, item);
                return false;
            default:
                return true;
        }
    }

    private void CheckOutputs(IEnumerable<Item> input)
    {
        foreach (var output in input.Where(item => item.Kind == ItemKind.FunctionCallOutput && _calls?.Contains(item.CallId!) != true))
        {
            throw new OrleansAiException(
                ErrorCodes.InvalidRequest,
                $"There is no function call '{output.CallId}' that this output could belong to; send the call with it, or continue its response.")
            {
                Param = "input",
            };
        }
    }

    private void Add(Item item)
    {
        switch (item.Kind)
        {
            case ItemKind.Message when item.Role == Role.Assistant:
                if (_group is { Text: not null } or { Calls: not null })
                {
                    EndGroup();
                }

                _group ??= new Group();
                (_group.Text, _group.Phase, _group.Name) = (item.Text, item.Phase, item.Name);
                break;
            case ItemKind.Message:
                EndGroup();
                _messages.Add(Message(item));
                break;
            case ItemKind.Reasoning:
                if (_group is { Text: not null } or { Calls: not null })
                {
                    EndGroup();
                }

                ((_group ??= new Group()).Thoughts ??= []).AddRange(Thoughts(item));
                break;
            case ItemKind.FunctionCall when item.Status == ItemStatus.Completed:
                ((_group ??= new Group()).Calls ??= []).Add(new ModelToolCall
                {
                    Id = item.CallId!,
                    Name = item.Name!,
                    Arguments = item.Arguments!,
                    Opaque = item.Origins is [var origin, ..] ? origin.Opaque : null,
                    Vendor = item.Origins is [var maker, ..] ? maker.Vendor : null,
                });
                break;
            case ItemKind.Compaction:
                EndGroup();
                _messages.Add(new ModelMessage { Role = Role.System, Text = SummaryHeading + item.Text });
                break;
        }
    }

    // Thoughts that nothing came of have no place of their own in any vendor's words.
    private void EndGroup()
    {
        if (_group is not { } group)
        {
            return;
        }

        _group = null;
        if (group.Text is null && group.Calls is null)
        {
            return;
        }

        _messages.Add(new ModelMessage
        {
            Role = Role.Assistant,
            Name = group.Name,
            Text = group.Text ?? "",
            Reasoning = (IReadOnlyList<ModelReasoning>?)group.Thoughts ?? [],
            ToolCalls = (IReadOnlyList<ModelToolCall>?)group.Calls ?? [],
            Phase = group.Phase,
        });
        if (group.Calls is null)
        {
            return;
        }

        foreach (var call in group.Calls)
        {
            _messages.Add(_outputs is not null && _outputs.TryGetValue(call.Id, out var output)
                ? Message(output, Role.User) with { ToolCallId = call.Id }
                : new ModelMessage { Role = Role.User, Text = NoOutput, ToolCallId = call.Id, IsToolError = true });
        }
    }

    private static ModelMessage Message(Item item, Role role)
    {
        var hasMedia = false;
        foreach (var part in item.Parts)
        {
            hasMedia |= part.IsMedia;
        }

        var name = item.Kind == ItemKind.Message ? item.Name : null;
        return hasMedia
            ? new ModelMessage { Role = role, Name = name, Text = item.Text, Media = Media(item.Parts) }
            : new ModelMessage { Role = role, Name = name, Text = item.Text, Phase = role == Role.Assistant ? item.Phase : null };
    }

    private static List<ModelMedia> Media(IReadOnlyList<ContentPart> parts)
    {
        var media = new List<ModelMedia>();
        var position = 0;
        foreach (var part in parts)
        {
            if (part.IsMedia)
            {
                media.Add(Media(part, position));
            }
            else
            {
                position += part.Text.Length;
            }
        }

        return media;
    }

    private static ModelMedia Media(ContentPart part, int position)
    {
        var kind = part.Kind == ContentPartKind.InputImage ? ModelMediaKind.Image : ModelMediaKind.File;
        var isData = part.Form == MediaForm.Data || part.Text.StartsWith("data:", StringComparison.OrdinalIgnoreCase);
        if (!isData)
        {
            return new ModelMedia { Kind = kind, Url = part.Text, FileName = part.FileName, Detail = part.Detail, Position = position };
        }

        var (type, data) = DataAddress.Parse(part.Text);
        return new ModelMedia
        {
            Kind = kind,
            Data = data,
            MediaType = type ?? DataAddress.TypeOf(part.FileName, part.Kind),
            FileName = part.FileName,
            Detail = part.Detail,
            Position = position,
        };
    }

    // One item holds all that a model thought at once; each piece goes back with what its vendor wants for it.
    private static IEnumerable<ModelReasoning> Thoughts(Item item)
    {
        var text = item.Text;
        var start = 0;
        foreach (var origin in item.Origins)
        {
            var length = Math.Min(origin.Length, text.Length - start);
            yield return new ModelReasoning
            {
                Text = text.Substring(start, length),
                Vendor = origin.Vendor,
                Kind = origin.Kind ?? "",
                Id = origin.Id,
                Opaque = origin.Opaque,
            };
            start += length;
        }
    }

    private sealed class Group
    {
        public string? Text { get; set; }

        public string? Phase { get; set; }

        public string? Name { get; set; }

        public List<ModelReasoning>? Thoughts { get; set; }

        public List<ModelToolCall>? Calls { get; set; }
    }
}
