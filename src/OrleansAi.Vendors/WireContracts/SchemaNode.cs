namespace OrleansAi.Vendors.WireContracts;

/// <summary>The types of JSON values.</summary>
[Flags]
internal enum JsonKinds
{
    None = 0,
    Null = 1,
    Boolean = 2,
    Integer = 4,
    Fraction = 8,
    String = 16,
    Array = 32,
    Object = 64,
    Number = Integer | Fraction,
    All = Null | Boolean | Number | String | Array | Object,
}

/// <summary>A compiled schema. Written by <see cref="SchemaCompiler"/> alone; nodes refer to themselves where schemas do.</summary>
internal sealed class SchemaNode
{
    /// <summary>True for a schema that takes anything: nothing below it is looked at.</summary>
    public bool IsAny { get; set; }

    public JsonKinds Kinds { get; set; } = JsonKinds.All;

    public Utf8Table<SchemaProperty>? Properties { get; set; }

    /// <summary>The required properties, as bits.</summary>
    public ulong Required { get; set; }

    /// <summary>Sets of properties of which one must be whole; empty for no such rule.</summary>
    public ulong[] Alternatives { get; set; } = [];

    /// <summary>The schema of the values of a map.</summary>
    public SchemaNode? Additional { get; set; }

    /// <summary>True when unknown properties do not count.</summary>
    public bool IsOpen { get; set; }

    public SchemaNode? Items { get; set; }

    /// <summary>The known values of a text.</summary>
    public Utf8Table<bool>? Values { get; set; }

    /// <summary>The variants of a union; the node has nothing else then.</summary>
    public SchemaNode[]? Branches { get; set; }

    /// <summary>The variants of a union by the value of their property <c>type</c>.</summary>
    public Utf8Table<SchemaNode>? ByType { get; set; }

    // Called for each value of a union: a lambda here would allocate for each.
    public bool Accepts(JsonKinds kind)
    {
        foreach (var branch in Branches ?? [])
        {
            if (branch.Accepts(kind))
            {
                return true;
            }
        }

        return Branches is null && (Kinds & kind) != 0;
    }

    /// <summary>The required properties that are not among the seen ones, as bits.</summary>
    public ulong Missing(ulong seen)
    {
        var missing = Required & ~seen;
        if (missing != 0 || Alternatives.Length == 0)
        {
            return missing;
        }

        foreach (var alternative in Alternatives)
        {
            if ((alternative & ~seen) == 0)
            {
                return 0;
            }
        }

        return Alternatives[0] & ~seen;
    }
}

/// <summary>A property of a compiled schema.</summary>
internal sealed class SchemaProperty(SchemaNode node)
{
    public SchemaNode Node => node;

    /// <summary>Its bit among the required ones; 0 for an optional one.</summary>
    public ulong Bit { get; set; }

    /// <summary>The depths, as bits, at which it holds the served model's name.</summary>
    public uint ModelDepths { get; set; }
}
