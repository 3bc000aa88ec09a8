using Xunit;

namespace OrleansAi.Tests.Cluster.Access;

/// <summary>Tests that share <see cref="AccessCluster"/>.</summary>
[CollectionDefinition(Name)]
public sealed class AccessCollection : ICollectionFixture<AccessCluster>
{
    public const string Name = "access";
}
