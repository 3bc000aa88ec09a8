using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using OrleansAi.Contracts.Conversations;
using OrleansAi.Contracts.Errors;
using OrleansAi.Grains;

namespace OrleansAi.Client.Archive;

/// <summary>Conversations of one tenant as archives. Errors are <see cref="OrleansAiException"/>.</summary>
public sealed class ArchiveClient
{
    private readonly OrleansAiClient _client;
    private readonly IGrainFactory _grains;
    private readonly string _tenant;

    internal ArchiveClient(OrleansAiClient client, IGrainFactory grains, string tenant) => (_client, _grains, _tenant) = (client, grains, tenant);

    /// <summary>
    /// The lines of a conversation's archive, with their content in the clear. The last one has the hash of all before it: without it the
    /// archive is not whole.
    /// </summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.ConversationNotFound"/>, <see cref="ErrorCodes.RunNotEnded"/>.</exception>
    public async IAsyncEnumerable<string> ExportAsync(string conversation, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var id = OrleansAiClient.Known(conversation);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        long count = 0;
        for (var place = new ArchivePlace(); place is not null;)
        {
            var from = place;
            var page = await _client.CallAsync(() => Grain().Export(id, from), mayRepeat: true, cancellationToken);
            foreach (var line in page.Lines)
            {
                hash.AppendData(Encoding.UTF8.GetBytes(line));
                hash.AppendData("\n"u8);
                count++;
                yield return line;
            }

            place = page.Next;
        }

        yield return ArchiveEnd.Line(count, hash.GetHashAndReset());
    }

    /// <summary>
    /// Imports an archive: checked whole before anything is written, then each conversation whole or not at all. A conversation that is there
    /// already, equal in everything, is left as it is, so an import may be repeated.
    /// </summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.InvalidArchive"/>, <see cref="ErrorCodes.AlreadyExists"/>.</exception>
    public Task<IReadOnlyList<ImportedConversation>> ImportAsync(ReadOnlyMemory<byte> archive, CancellationToken cancellationToken = default) =>
        _client.CallAsync(() => Grain().Import(archive), mayRepeat: true, cancellationToken);

    private IArchiveGrain Grain() => _grains.GetGrain<IArchiveGrain>(_tenant);
}
