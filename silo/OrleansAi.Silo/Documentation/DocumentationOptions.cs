namespace OrleansAi.Silo.Documentation;

/// <summary>The section <c>OrleansAi:Documentation</c>.</summary>
public sealed class DocumentationOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "OrleansAi:Documentation";

    /// <value>
    /// Whether the product's own documentation is a collection that the built-in model is told out of. The default value is null: only on a
    /// single silo for local callers that has neither vendors nor models configured.
    /// </value>
    public bool? Enabled { get; set; }
}
