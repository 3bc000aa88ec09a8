namespace OrleansAi.Engine.Records;

/// <summary>What a record says. Bodies only ever grow: a property is added, never renamed or given another meaning.</summary>
public abstract class RecordBody
{
    /// <summary>The texts of the body, so that references can be given their content.</summary>
    public virtual IEnumerable<StoredText> Texts() => [];
}
