namespace OrleansAi.Knowledge.Documents;

/// <summary>How a document is read.</summary>
public enum DocumentKind
{
    /// <summary>Plain text.</summary>
    Text,

    /// <summary>Source code or configuration; kept as it is.</summary>
    Code,

    /// <summary>CommonMark.</summary>
    Markdown,

    /// <summary>HTML.</summary>
    Html,

    /// <summary>JSON.</summary>
    Json,

    /// <summary>Values separated by commas, semicolons or tabs, with a row of names first.</summary>
    Csv,

    /// <summary>PDF with text in it; nothing is recognised in images.</summary>
    Pdf,
}
