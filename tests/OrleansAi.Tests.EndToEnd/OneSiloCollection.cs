using Xunit;

namespace OrleansAi.Tests.EndToEnd;

/// <summary>Tests that share <see cref="OneSilo"/>.</summary>
[CollectionDefinition(Name)]
public sealed class OneSiloCollection : ICollectionFixture<OneSilo>
{
    public const string Name = "one silo";
}
