using OrleansAi.Knowledge.Segments;
using OrleansAi.Knowledge.Versions;

namespace OrleansAi.Knowledge.Search;

/// <summary>A segment at a version: what of it is alive.</summary>
/// <param name="Reference">The segment's place in the manifest.</param>
/// <param name="Segment">The segment.</param>
/// <param name="Live">The chunks whose documents the version has in this form and in this segment. The others are its tombstones.</param>
public sealed record SegmentView(SegmentRef Reference, KnowledgeSegment Segment, ChunkBitmap Live);
