namespace OrleansAi.Vendors.WireContracts;

/// <summary>In what an answer differs from its contract.</summary>
internal enum ContractFindingKind
{
    /// <summary>A property that the contract does not have. Additive.</summary>
    UnknownField,

    /// <summary>A value of an enumeration, or a variant of a union, that the contract does not have. Additive.</summary>
    UnknownValue,

    /// <summary>A type of stream event that the contract does not have. Additive.</summary>
    UnknownEvent,

    /// <summary>A header that is neither the vendor's known one nor an ordinary one. Additive.</summary>
    UnknownHeader,

    /// <summary>A required property is missing. Breaking.</summary>
    MissingField,

    /// <summary>A value has another JSON type. Breaking.</summary>
    WrongType,

    /// <summary>The bytes are not JSON. Breaking.</summary>
    NotJson,

    /// <summary>The model that answered is not the one that was asked for. Breaking when pinned, else additive.</summary>
    ServedModelDiffers,
}

/// <summary>One difference between an answer and its contract. Holds names and forms, never content.</summary>
internal sealed record ContractFinding
{
    public required ContractFindingKind Kind { get; init; }

    /// <summary>
    /// Where: <c>$.choices[].delta.foo</c>. Elements have no number, keys of maps are <c>*</c>, and a header is <c>headers.name</c>.
    /// </summary>
    public required string Path { get; init; }

    /// <summary>The unknown value, event or model where it looks like a name; null when the path says all.</summary>
    public string? Value { get; init; }

    /// <summary>What stood there: its form and names, with digits masked, at most 80 characters.</summary>
    public string Sample { get; init; } = "";

    /// <summary>The type of the stream event in which it was found first; null outside of typed events.</summary>
    public string? Event { get; init; }

    public required bool IsBreaking { get; init; }
}
