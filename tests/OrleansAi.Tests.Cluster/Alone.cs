using Xunit;

namespace OrleansAi.Tests.Cluster;

/// <summary>Tests that measure time or load: nothing else runs beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}
