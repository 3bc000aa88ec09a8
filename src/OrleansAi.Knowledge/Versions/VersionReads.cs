using OrleansAi.Contracts.Errors;

namespace OrleansAi.Knowledge.Versions;

/// <summary>Which version a read is answered with.</summary>
public static class VersionReads
{
    /// <summary>The version of a read.</summary>
    /// <param name="state">The collection.</param>
    /// <param name="minVersion">The version that an acknowledged write named, which the read must have.</param>
    /// <param name="atVersion">An older version that is asked for on purpose.</param>
    /// <returns>The newest version, or the one asked for.</returns>
    /// <exception cref="OrleansAiException">
    /// <see cref="ErrorCodes.VersionNotReached"/>, <see cref="ErrorCodes.VersionNotRetained"/>, or <see cref="ErrorCodes.InvalidRequest"/> when both
    /// are named and contradict each other.
    /// </exception>
    public static long Resolve(CollectionState state, long? minVersion = null, long? atVersion = null)
    {
        if (atVersion < minVersion)
        {
            throw new OrleansAiException(
                ErrorCodes.InvalidRequest, $"Version {atVersion} is asked for, and one of at least {minVersion}; leave one of them out.")
            {
                Param = "at_version",
            };
        }

        if (minVersion is { } least)
        {
            CheckReached(state, least);
        }

        var version = atVersion ?? state.Version;
        CheckReadable(state, version);
        return version;
    }

    internal static void CheckReadable(CollectionState state, long version)
    {
        CheckReached(state, version);
        if (version < state.OldestVersion)
        {
            throw new OrleansAiException(
                ErrorCodes.VersionNotRetained,
                $"Version {version} of the collection is no longer kept; the oldest one that is, is {state.OldestVersion}.");
        }
    }

    private static void CheckReached(CollectionState state, long version)
    {
        if (version > state.Version)
        {
            throw new OrleansAiException(
                ErrorCodes.VersionNotReached, $"The collection has no version {version} yet; the newest is {state.Version}.") { IsTransient = true };
        }
    }
}
