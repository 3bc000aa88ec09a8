using Orleans.Concurrency;
using Orleans.Core.Internal;
using OrleansAi.Contracts.Conversations;
using OrleansAi.Engine.Archive;
using OrleansAi.Grains.Conversations;
using OrleansAi.Journal;

namespace OrleansAi.Grains.Archive;

/// <summary>Takes conversations out as archives, and in again.</summary>
[StatelessWorker(1, false)]
[Reentrant]
internal sealed class ArchiveGrain : Grain, IArchiveGrain
{
    private readonly ConversationExporter _exporter;
    private readonly ConversationImporter _importer;

    public ArchiveGrain(IJournal journal)
    {
        var store = new GrainJournal(journal);
        (_exporter, _importer) = (new ConversationExporter(store), new ConversationImporter(store));
    }

    private string Tenant => this.GetPrimaryKeyString();

    // Reading, opening and sealing take the processor, and nothing of this activation: it serves others meanwhile.
    public Task<ArchivePage> Export(string conversation, ArchivePlace place)
    {
        var tenant = Tenant;
        return Task.Run(() => _exporter.ReadAsync(tenant, conversation, place, CancellationToken.None));
    }

    public async Task<IReadOnlyList<ImportedConversation>> Import(ReadOnlyMemory<byte> archive)
    {
        var tenant = Tenant;
        var factory = GrainFactory;
        return await Task.Run(() => _importer.ImportAsync(tenant, archive, conversation => ForgetAsync(factory, tenant, conversation), CancellationToken.None));
    }

    // Somebody may have asked for the conversation before: its owner believes that there is none.
    private static async Task ForgetAsync(IGrainFactory grains, string tenant, string conversation) =>
        await grains.GetGrain<IConversationGrain>(StreamNames.Conversation(tenant, conversation)).Cast<IGrainManagementExtension>().DeactivateOnIdle();
}
