namespace OrleansAi.Knowledge.Filters;

/// <summary>How an attribute is compared; the names in lower case are those of OpenAI's filters.</summary>
public enum ComparisonOperator
{
    /// <summary>Equal.</summary>
    Eq,

    /// <summary>Not equal, also when the attribute is missing or of another kind.</summary>
    Ne,

    /// <summary>Greater.</summary>
    Gt,

    /// <summary>Greater or equal.</summary>
    Gte,

    /// <summary>Less.</summary>
    Lt,

    /// <summary>Less or equal.</summary>
    Lte,

    /// <summary>Equal to one of several.</summary>
    In,

    /// <summary>Equal to none of several, also when the attribute is missing.</summary>
    Nin,
}
