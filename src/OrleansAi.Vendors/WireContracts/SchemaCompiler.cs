using System.Text.Json;

namespace OrleansAi.Vendors.WireContracts;

/// <summary>
/// Compiles the subset of JSON Schema that the contracts use, written down in <c>Schemas/README.md</c>. What is outside of
/// it throws: a keyword that is silently skipped would be a promise that nobody keeps.
/// </summary>
internal sealed class SchemaCompiler(JsonElement definitions)
{
    private const string Reference = "#/$defs/";
    private readonly Dictionary<string, SchemaNode> _definitions = new(StringComparer.Ordinal);
    private readonly List<SchemaNode> _unions = [];

    /// <summary>Compiles the schemas, and then what needs all of them.</summary>
    /// <exception cref="InvalidOperationException">A schema is outside of the subset.</exception>
    public static (SchemaNode? Response, SchemaNode? Event, Utf8Table<SchemaNode>? Events) Compile(JsonElement document)
    {
        var compiler = new SchemaCompiler(document.GetProperty("$defs"));
        var response = document.TryGetProperty("response", out var whole) ? compiler.Node(whole) : null;
        var single = document.TryGetProperty("event", out var untyped) ? compiler.Node(untyped) : null;
        var events = document.TryGetProperty("events", out var typed)
            ? new Utf8Table<SchemaNode>(
                [.. typed.EnumerateObject().Select(entry => KeyValuePair.Create(entry.Name, compiler.Node(entry.Value)))])
            : null;
        foreach (var union in compiler._unions)
        {
            union.ByType = ByType(union.Branches!);
        }

        return (response, single, events);
    }

    private SchemaNode Node(JsonElement schema)
    {
        if (schema.ValueKind == JsonValueKind.True)
        {
            return new SchemaNode { IsAny = true };
        }

        if (schema.TryGetProperty("$ref", out var reference))
        {
            return Definition(reference.GetString()!);
        }

        var node = new SchemaNode();
        Fill(node, schema);
        return node;
    }

    private SchemaNode Definition(string reference)
    {
        var name = reference.StartsWith(Reference, StringComparison.Ordinal)
            ? reference[Reference.Length..]
            : throw new InvalidOperationException($"'{reference}' does not point into $defs.");
        if (!_definitions.TryGetValue(name, out var node))
        {
            // Known before it is filled, so that a schema can refer to itself.
            _definitions[name] = node = new SchemaNode();
            Fill(node, definitions.GetProperty(name));
        }

        return node;
    }

    private void Fill(SchemaNode node, JsonElement schema)
    {
        foreach (var keyword in schema.EnumerateObject())
        {
            switch (keyword.Name)
            {
                case "description":
                    break;
                case "type":
                    node.Kinds = Kinds(keyword.Value);
                    break;
                case "const":
                    node.Kinds = JsonKinds.String;
                    node.Values = Values([keyword.Value]);
                    break;
                case "enum":
                    // That null is allowed stands in the type.
                    node.Values = Values(
                        keyword.Value.EnumerateArray().Where(static value => value.ValueKind != JsonValueKind.Null));
                    break;
                case "items":
                    node.Items = Node(keyword.Value);
                    break;
                case "properties":
                    node.Properties = new Utf8Table<SchemaProperty>([.. keyword.Value.EnumerateObject()
                        .Select(property => KeyValuePair.Create(property.Name, new SchemaProperty(Node(property.Value))))]);
                    break;
                case "additionalProperties" when keyword.Value.ValueKind == JsonValueKind.True:
                    node.IsOpen = true;
                    break;
                case "additionalProperties" when keyword.Value.ValueKind == JsonValueKind.Object:
                    node.Additional = Node(keyword.Value);
                    break;
                case "required":
                    break;
                case "anyOf" when node.Properties is not null:
                    break;
                case "anyOf" or "oneOf":
                    node.Branches = [.. keyword.Value.EnumerateArray().Select(Node)];
                    _unions.Add(node);
                    break;
                default:
                    throw new InvalidOperationException($"'{keyword.Name}' is not in the contracts' subset of JSON Schema.");
            }
        }

        Require(node, schema);
    }

    private static void Require(SchemaNode node, JsonElement schema)
    {
        var next = 1UL;
        if (schema.TryGetProperty("required", out var required))
        {
            node.Required = Mask(required);
        }

        if (node.Properties is not null && schema.TryGetProperty("anyOf", out var alternatives))
        {
            node.Alternatives = [.. alternatives.EnumerateArray().Select(one => Mask(one.GetProperty("required")))];
        }

        ulong Mask(JsonElement names)
        {
            var mask = 0UL;
            foreach (var name in names.EnumerateArray())
            {
                var index = node.Properties?.IndexOf(System.Text.Encoding.UTF8.GetBytes(name.GetString()!)) ?? -1;
                var property = index >= 0
                    ? node.Properties!.Value(index)
                    : throw new InvalidOperationException($"'{name}' is required and is no property.");
                if (property.Bit == 0)
                {
                    (property.Bit, next) = (next, checked(next * 2));
                }

                mask |= property.Bit;
            }

            return mask;
        }
    }

    private static Utf8Table<SchemaNode>? ByType(SchemaNode[] branches)
    {
        var variants = new List<KeyValuePair<string, SchemaNode>>();
        foreach (var branch in branches)
        {
            if (branch.Properties?.IndexOf("type"u8) is >= 0 and var index
                && branch.Properties.Value(index).Node.Values is { } values)
            {
                variants.AddRange(Enumerable.Range(0, values.Count)
                    .Select(value => KeyValuePair.Create(values.Text(value), branch)));
            }
        }

        return variants.Count > 0 ? new Utf8Table<SchemaNode>(variants) : null;
    }

    private static Utf8Table<bool> Values(IEnumerable<JsonElement> values) =>
        new([.. values.Select(static value => KeyValuePair.Create(value.GetString()!, true))]);

    private static JsonKinds Kinds(JsonElement type) => type.ValueKind == JsonValueKind.Array
        ? type.EnumerateArray().Aggregate(JsonKinds.None, static (kinds, one) => kinds | Kinds(one))
        : type.GetString() switch
        {
            "null" => JsonKinds.Null,
            "boolean" => JsonKinds.Boolean,
            "integer" => JsonKinds.Integer,
            "number" => JsonKinds.Number,
            "string" => JsonKinds.String,
            "array" => JsonKinds.Array,
            "object" => JsonKinds.Object,
            var other => throw new InvalidOperationException($"'{other}' is no JSON type."),
        };
}
