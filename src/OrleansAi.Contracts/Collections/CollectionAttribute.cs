namespace OrleansAi.Contracts.Collections;

/// <summary>The value of a document's attribute; exactly one of the three is set.</summary>
/// <param name="Text">A text.</param>
/// <param name="Number">A number.</param>
/// <param name="Flag">True or false.</param>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.collection-attribute")]
public readonly record struct CollectionAttribute(string? Text = null, double? Number = null, bool? Flag = null);
