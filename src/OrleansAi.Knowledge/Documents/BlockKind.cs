namespace OrleansAi.Knowledge.Documents;

/// <summary>What a block of a document is.</summary>
public enum BlockKind
{
    /// <summary>A heading.</summary>
    Heading,

    /// <summary>A paragraph, a list or whatever else is read as text.</summary>
    Paragraph,

    /// <summary>Code, which is not cut where that can be helped.</summary>
    Code,

    /// <summary>A table.</summary>
    Table,

    /// <summary>A row of a CSV document, or a part of a JSON document.</summary>
    Record,
}
