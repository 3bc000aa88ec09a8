namespace OrleansAi.Journal;

/// <summary>How soon what a key change leaves behind has to be gone from the store's files.</summary>
public enum KeyErasure
{
    /// <summary>Nothing is destroyed: the keys are new.</summary>
    None,

    /// <summary>Within a second or so, together with other changes: a turn must not wait for it.</summary>
    Soon,

    /// <summary>Before the append answers, as far as the store can do so.</summary>
    AtOnce,
}

/// <summary>The keys to a stream's content, as they are from an append on. They replace those before.</summary>
/// <param name="Keys">The keys, in a form that the store does not look into; empty when all are destroyed.</param>
/// <param name="Erasure">How soon the keys before have to be gone.</param>
public sealed record KeyChange(ReadOnlyMemory<byte> Keys, KeyErasure Erasure);
