namespace OrleansAi.Vendors.WireContracts;

/// <summary>What is done with an answer that has more than its contract knows. One that breaks it fails always.</summary>
public enum ContractPolicy
{
    /// <summary>An additive answer passes and is recorded; a breaking one fails the attempt. The default.</summary>
    Tolerate,

    /// <summary>
    /// An additive answer passes and is marked with the verdict <c>contract_additive</c>, and its vendor and model are shown
    /// as quarantined, so that routes prefer other candidates; a breaking one fails the attempt.
    /// </summary>
    Quarantine,

    /// <summary>An additive answer fails the attempt as a breaking one does.</summary>
    Fail,
}

/// <summary>What a policy says to an answer.</summary>
internal enum ContractDecision
{
    /// <summary>It passes.</summary>
    Pass,

    /// <summary>It passes, marked, and its vendor and model go into quarantine.</summary>
    PassMarked,

    /// <summary>The attempt fails.</summary>
    Fail,
}

/// <summary>Applies policies.</summary>
internal static class ContractPolicies
{
    public static ContractDecision Decide(ContractClass found, ContractPolicy policy) => (found, policy) switch
    {
        (ContractClass.Exact, _) => ContractDecision.Pass,
        (ContractClass.Additive, ContractPolicy.Tolerate) => ContractDecision.Pass,
        (ContractClass.Additive, ContractPolicy.Quarantine) => ContractDecision.PassMarked,
        _ => ContractDecision.Fail,
    };
}
