namespace OrleansAi.Vendors.WireContracts;

/// <summary>What came of holding an answer to its contract.</summary>
internal sealed class ContractReading
{
    /// <summary>No contract to hold the answer to, or nothing came that could be held to one.</summary>
    public static readonly ContractReading None = new(contract: null, ContractClass.Exact, []);

    internal ContractReading(string? contract, ContractClass @class, IReadOnlyList<ContractFinding> findings, bool isError = false)
    {
        Contract = contract;
        Class = @class;
        Findings = findings;
        IsError = isError;
    }

    /// <summary>The contract's name and version, for example <c>openai.chat.1</c>; null for none.</summary>
    public string? Contract { get; }

    public ContractClass Class { get; }

    /// <summary>The differences, each once; at most <see cref="FindingList.Most"/>.</summary>
    public IReadOnlyList<ContractFinding> Findings { get; }

    /// <summary>True when the vendor sent an error, which is no answer and is held to no contract.</summary>
    public bool IsError { get; }
}
