using OrleansAi.Journal;

namespace OrleansAi.Knowledge.Segments;

/// <summary>A document of which a segment has chunks.</summary>
/// <param name="Id">Its id in the collection.</param>
/// <param name="Hash">The hash of its source: which of its revisions it is.</param>
public readonly record struct SegmentDocument(string Id, ContentHash Hash);
