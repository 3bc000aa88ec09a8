namespace OrleansAi.Contracts.Transcripts;

/// <summary>An item that has no id yet. See <see cref="Item"/> for what its members mean.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.new-item")]
public sealed record NewItem
{
    /// <summary>What the item is.</summary>
    [Id(0)]
    public ItemKind Kind { get; init; }

    /// <summary>Who speaks, in a message.</summary>
    [Id(1)]
    public Role Role { get; init; }

    /// <summary>The parts, in order.</summary>
    [Id(2)]
    public IReadOnlyList<ContentPart> Parts { get; init; } = [];

    /// <summary>The id by which a function call and its output know each other.</summary>
    [Id(3)]
    public string? CallId { get; init; }

    /// <summary>The function's name; of a message the name of who speaks, where its caller gave one.</summary>
    [Id(4)]
    public string? Name { get; init; }

    /// <summary>A function call's arguments.</summary>
    [Id(5)]
    public string? Arguments { get; init; }

    /// <summary><c>commentary</c> or <c>final_answer</c>, where a message says so.</summary>
    [Id(6)]
    public string? Phase { get; init; }

    /// <summary>What the vendors that made the item want back with it.</summary>
    [Id(7)]
    public IReadOnlyList<ItemOrigin> Origins { get; init; } = [];

    /// <summary>The id of an item that is recorded already and that this one repeats; everything else is then taken from there.</summary>
    [Id(8)]
    public string? ReferenceTo { get; init; }

    /// <summary>How much of a model's context the item takes, in UTF-16 units of text.</summary>
    public int Characters =>
        Parts.Sum(static part => part.IsMedia ? 0 : part.Text.Length) + (Name?.Length ?? 0) + (Arguments?.Length ?? 0);

    /// <summary>An item once more, as a new one.</summary>
    public static NewItem Of(Item item) => new()
    {
        Kind = item.Kind,
        Role = item.Role,
        Parts = item.Parts,
        CallId = item.CallId,
        Name = item.Name,
        Arguments = item.Arguments,
        Phase = item.Phase,
        Origins = item.Origins,
    };

    /// <summary>A message of one text.</summary>
    public static NewItem Message(Role role, string text) => new()
    {
        Role = role,
        Parts =
        [
            new ContentPart { Kind = role == Role.Assistant ? ContentPartKind.OutputText : ContentPartKind.InputText, Text = text },
        ],
    };

    /// <summary>What came of a function call.</summary>
    public static NewItem FunctionCallOutput(string callId, string output) => new()
    {
        Kind = ItemKind.FunctionCallOutput,
        CallId = callId,
        Parts = [new ContentPart { Kind = ContentPartKind.InputText, Text = output }],
    };
}
