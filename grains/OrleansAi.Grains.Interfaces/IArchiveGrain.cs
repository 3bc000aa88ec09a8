using OrleansAi.Contracts.Conversations;

namespace OrleansAi.Grains;

/// <summary>Takes conversations out as archives, and in again. A stateless worker with the tenant as its key.</summary>
[Alias("orleansai.grains.archive")]
public interface IArchiveGrain : IGrainWithStringKey
{
    /// <summary>A page of a conversation's archive, without the last line.</summary>
    [Alias("export")]
    Task<ArchivePage> Export(string conversation, ArchivePlace place);

    /// <summary>Imports an archive.</summary>
    [Alias("import")]
    Task<IReadOnlyList<ImportedConversation>> Import(ReadOnlyMemory<byte> archive);
}
