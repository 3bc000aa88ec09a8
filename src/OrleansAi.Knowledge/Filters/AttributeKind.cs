namespace OrleansAi.Knowledge.Filters;

/// <summary>What an attribute's value is.</summary>
public enum AttributeKind
{
    /// <summary>A text.</summary>
    Text,

    /// <summary>A number.</summary>
    Number,

    /// <summary>True or false.</summary>
    Flag,
}
