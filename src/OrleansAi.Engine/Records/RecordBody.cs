using OrleansAi.Engine.Sealing;

namespace OrleansAi.Engine.Records;

/// <summary>What a record says. Bodies only ever grow: a property is added, never renamed or given another meaning.</summary>
public abstract record RecordBody
{
    /// <summary>The texts of the body, so that references can be given their content.</summary>
    public virtual IEnumerable<StoredText> Texts() => [];

    /// <summary>Seals the content.</summary>
    /// <returns>The body without it: what anybody may know.</returns>
    internal virtual RecordBody Seal(UnitWriter writer) => this;

    /// <summary>Puts the content in again, as far as its keys are there.</summary>
    internal virtual RecordBody Open(UnitReader reader) => this;
}
