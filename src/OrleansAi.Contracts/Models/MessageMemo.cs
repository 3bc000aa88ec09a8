namespace OrleansAi.Contracts.Models;

/// <summary>
/// What was worked out of a message once, so that the turns after it need not: a conversation sends the same messages again
/// with every turn. Safe from any thread: whoever comes second writes the same again.
/// </summary>
public sealed class MessageMemo
{
    private readonly ModelMessage _owner;

    private MessageMemo(ModelMessage owner) => _owner = owner;

    /// <summary>About how many tokens the message has; not a number until it was counted.</summary>
    public double Tokens { get; set; } = double.NaN;

    /// <summary>How many tokens of o200k_base its text and its calls have; null until they were counted.</summary>
    public int? ContextTokens { get; set; }

    /// <summary>SHA-256 of the message; null until it was hashed.</summary>
    public byte[]? Digest { get; set; }

    /// <summary>Where a message keeps its memo. All slots are equal, so that messages are compared by their values alone.</summary>
    internal struct Slot : IEquatable<Slot>
    {
        private MessageMemo? _memo;

        /// <summary>The memo of a message; a new one for a changed copy, which has taken its origin's slot over.</summary>
        public MessageMemo Of(ModelMessage message)
        {
            var memo = _memo;
            if (memo is null || !ReferenceEquals(memo._owner, message))
            {
                _memo = memo = new MessageMemo(message);
            }

            return memo;
        }

        public readonly bool Equals(Slot other) => true;

        public readonly override bool Equals(object? obj) => obj is Slot;

        public readonly override int GetHashCode() => 0;
    }
}
