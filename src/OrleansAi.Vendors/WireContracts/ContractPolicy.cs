namespace OrleansAi.Vendors.WireContracts;

/// <summary>
/// What is done with an answer that has what its contract does not know. An answer that contradicts its contract is refused
/// under every policy.
/// </summary>
public enum ContractPolicy
{
    /// <summary>It is taken; what is new is recorded once.</summary>
    Tolerate,

    /// <summary>It is taken and marked; routes prefer other candidates until an operator has looked.</summary>
    Quarantine,

    /// <summary>It is refused as a broken contract.</summary>
    Fail,
}
