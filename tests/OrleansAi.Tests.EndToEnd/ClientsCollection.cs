using Xunit;

namespace OrleansAi.Tests.EndToEnd;

/// <summary>Tests that share the silo of <see cref="ClientsFixture"/>.</summary>
[CollectionDefinition(Name)]
public sealed class ClientsCollection : ICollectionFixture<ClientsFixture>
{
    public const string Name = "clients";
}
