using OrleansAi.Contracts.Access;
using OrleansAi.Contracts.Errors;

namespace OrleansAi.Access.Keys;

/// <summary>Says what a key stands for.</summary>
public interface IKeyChecker
{
    /// <summary>
    /// What the key stands for. A key whose revocation has been answered, wherever in the cluster, is refused.
    /// </summary>
    /// <exception cref="OrleansAiException">
    /// <see cref="ErrorCodes.InvalidApiKey"/>: there is no such key, or it has expired or was revoked, which only the holder
    /// of its secret is told. <see cref="ErrorCodes.StorageUnavailable"/>: it cannot be told now.
    /// </exception>
    ValueTask<KeyGrant> CheckAsync(KeyProof proof, CancellationToken cancellationToken);
}
