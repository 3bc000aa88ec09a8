namespace OrleansAi.Vendors.Judging;

/// <summary>Whether a model of a vendor is in quarantine: its answers have what the contract does not know.</summary>
internal sealed class QuarantineFlag(TimeProvider time)
{
    /// <summary>Since when, and what was seen first; null for no quarantine.</summary>
    public (DateTimeOffset Since, string Path)? Raised { get; private set; }

    public void Raise(string path) => Raised ??= (time.GetUtcNow(), path);
}
