using OrleansAi.Access.Keys;
using OrleansAi.Client.Access;
using OrleansAi.Contracts.Access;

namespace OrleansAi.Http.Access;

/// <summary>Asks a silo, one call for each request: a front without a store keeps no answer that could be out of date.</summary>
internal sealed class RemoteKeyChecker(AccessClient access) : IKeyChecker
{
    public async ValueTask<KeyGrant> CheckAsync(KeyProof proof, CancellationToken cancellationToken) =>
        await access.CheckAsync(proof, cancellationToken);
}
