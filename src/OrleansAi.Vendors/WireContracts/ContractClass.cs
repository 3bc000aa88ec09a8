namespace OrleansAi.Vendors.WireContracts;

/// <summary>How an answer relates to its contract.</summary>
internal enum ContractClass
{
    /// <summary>The contract knows everything in it.</summary>
    Exact,

    /// <summary>It has more than the contract knows; whoever reads only what is known reads it well.</summary>
    Additive,

    /// <summary>It lacks what the contract promises, or has it in another form.</summary>
    Breaking,
}
