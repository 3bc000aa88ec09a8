using Xunit;

namespace OrleansAi.Tests.EndToEnd;

/// <summary>Tests that measure this process: nothing else runs beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}
