using System.Text;
using System.Text.Json;

namespace OrleansAi.Vendors.WireContracts;

/// <summary>
/// One version of what an API promises about the bytes it sends, read from a JSON Schema document and compiled. Safe for
/// use by many threads.
/// </summary>
internal sealed class WireContract
{
    /// <summary>The schema of an event without a type in a wire where all have one.</summary>
    private static readonly SchemaNode Nameless = NeedsType();

    /// <summary>The schema of an event whose type nobody knows: only that it is JSON.</summary>
    private static readonly SchemaNode Unheard = new() { IsAny = true };

    private readonly SchemaNode _response;
    private readonly SchemaNode? _event;
    private readonly Utf8Table<SchemaNode>? _events;
    private readonly string[] _models;

    private WireContract(JsonElement document)
    {
        Api = document.GetProperty("api").GetString()!;
        Version = document.GetProperty("version").GetInt32();
        Source = document.GetProperty("source").GetString()!;
        IsLines = document.GetProperty("stream").GetString() == "ndjson";
        Headers = new HeaderRules(document.GetProperty("headers"));
        _models = document.TryGetProperty("models", out var models)
            ? [.. models.EnumerateArray().Select(static model => model.GetString()!)]
            : ["*"];
        (var response, _event, _events) = SchemaCompiler.Compile(document);
        _response = response ?? throw new InvalidOperationException($"The contract {Api} has no response.");
        string[] pointers = [.. document.GetProperty("servedModel").EnumerateArray().Select(static pointer => pointer.GetString()!)];
        ServedModelPath = "$" + (pointers is [var first, ..] ? first.Replace('/', '.') : "");
        foreach (var pointer in pointers)
        {
            string[] path = pointer.Split('/')[1..];
            foreach (var root in Roots())
            {
                Mark(root, path, 0);
            }
        }

        Exact = new ContractReading(Name, ContractClass.Exact, []);
        Error = new ContractReading(Name, ContractClass.Exact, [], isError: true);
    }

    /// <summary>The API, for example <c>openai.chat</c>.</summary>
    public string Api { get; }

    public int Version { get; }

    /// <summary>Name and version, for example <c>openai.chat.1</c>.</summary>
    public string Name => $"{Api}.{Version}";

    /// <summary>Where the shapes are from.</summary>
    public string Source { get; }

    /// <summary>True when streams are lines of JSON, false when they are server-sent events.</summary>
    public bool IsLines { get; }

    public HeaderRules Headers { get; }

    /// <summary>Where a whole answer names the model that made it, for example <c>$.model</c>.</summary>
    public string ServedModelPath { get; }

    /// <summary>The reading of an answer of which everything is known.</summary>
    public ContractReading Exact { get; }

    /// <summary>The reading of an error.</summary>
    public ContractReading Error { get; }

    /// <summary>Reads a contract's document.</summary>
    /// <exception cref="InvalidOperationException">It is outside of the subset of JSON Schema that contracts use.</exception>
    public static WireContract Parse(ReadOnlySpan<byte> document)
    {
        var reader = new Utf8JsonReader(document);
        return new WireContract(JsonElement.ParseValue(ref reader));
    }

    /// <summary>How closely the contract is meant for a model: the length of its pattern, or -1 when it is for others.</summary>
    public int Fit(string model)
    {
        var best = -1;
        foreach (var pattern in _models)
        {
            var fits = pattern.EndsWith('*')
                ? model.StartsWith(pattern.AsSpan(..^1), StringComparison.OrdinalIgnoreCase)
                : model.Equals(pattern, StringComparison.OrdinalIgnoreCase);
            best = fits ? Math.Max(best, pattern.Length) : best;
        }

        return best;
    }

    /// <summary>Holds a whole answer to the contract. Never throws for what a vendor sends.</summary>
    public ContractReading Classify(ReadOnlySpan<byte> body)
    {
        FindingList? findings = null;
        var isError = !Read(body, ref findings, out _);
        return Conclude(findings, isError);
    }

    /// <summary>Holds one event of a stream to the contract. Never throws for what a vendor sends.</summary>
    public ContractReading ClassifyEvent(string? eventName, ReadOnlySpan<byte> data)
    {
        FindingList? findings = null;
        var isError = !ReadEvent(eventName is null ? default : Encoding.UTF8.GetBytes(eventName), data, ref findings, out _);
        return Conclude(findings, isError);
    }

    /// <summary>Reads a whole answer; returns false for an error in the place of one.</summary>
    public bool Read(ReadOnlySpan<byte> body, ref FindingList? findings, out Range model) =>
        Walk(_response, null, body, ref findings, out model);

    /// <summary>Reads an event; returns false for an error in the place of one.</summary>
    public bool ReadEvent(ReadOnlySpan<byte> eventName, ReadOnlySpan<byte> data, ref FindingList? findings, out Range model)
    {
        if (_events is null)
        {
            return Walk(_event!, null, data, ref findings, out model);
        }

        var type = JsonPeek.Text(data, "type"u8);
        if (type.IsEmpty)
        {
            type = eventName;
        }

        var index = _events.IndexOf(type);
        return index >= 0
            ? Walk(_events.Value(index), _events.Text(index), data, ref findings, out model)
            : Walk(type.IsEmpty ? Nameless : Unheard, type.IsEmpty ? null : ContractShape.Name(type), data, ref findings, out model);
    }

    /// <summary>The reading that findings amount to.</summary>
    public ContractReading Conclude(FindingList? findings, bool isError) => findings is null || findings.Class == ContractClass.Exact
        ? isError ? Error : Exact
        : new ContractReading(Name, findings.Class, findings.Items, isError);

    private static bool Walk(
        SchemaNode node, string? @event, ReadOnlySpan<byte> bytes, ref FindingList? findings, out Range model)
    {
        var mark = findings?.Mark() ?? default;
        Span<(int, int)> path = stackalloc (int, int)[ContractWalker.MostDepth];
        var walker = new ContractWalker(bytes, path, @event, findings);
        try
        {
            walker.Walk(node);
            if (node == Unheard)
            {
                walker.ReportEvent(@event!);
            }
        }
        catch (JsonException exception)
        {
            walker.ReportNotJson(exception);
        }

        model = walker.Model;
        findings = walker.Findings;

        // What would break the contract and tells an error is an error, and no answer.
        if (findings is not null && findings.IsBrokenSince(mark) && JsonPeek.HasError(bytes))
        {
            findings.Restore(mark);
            return false;
        }

        return true;
    }

    private IEnumerable<SchemaNode> Roots()
    {
        yield return _response;
        if (_event is not null)
        {
            yield return _event;
        }

        for (var i = 0; i < (_events?.Count ?? 0); i++)
        {
            yield return _events!.Value(i);
        }
    }

    private static void Mark(SchemaNode node, string[] path, int depth)
    {
        foreach (var branch in node.Branches ?? [])
        {
            Mark(branch, path, depth);
        }

        if (node.Properties?.IndexOf(Encoding.UTF8.GetBytes(path[depth])) is not (>= 0 and var index))
        {
            return;
        }

        var property = node.Properties.Value(index);
        if (depth + 1 == path.Length)
        {
            property.ModelDepths |= 1U << path.Length;
        }
        else
        {
            Mark(property.Node, path, depth + 1);
        }
    }

    private static SchemaNode NeedsType() => new()
    {
        Kinds = JsonKinds.Object,
        IsOpen = true,
        Required = 1,
        Properties = new Utf8Table<SchemaProperty>(
            [KeyValuePair.Create("type", new SchemaProperty(new SchemaNode { Kinds = JsonKinds.String }) { Bit = 1 })]),
    };
}
