using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using OrleansAi.Contracts.Conversations;
using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Ids;
using OrleansAi.Engine.Records;
using OrleansAi.Journal;

namespace OrleansAi.Engine.Archive;

/// <summary>
/// Takes an archive in. All of it is read, checked against its hashes and sealed anew before anything is written; then each conversation is
/// one append, whole or not at all, those first that others share their past with.
/// </summary>
/// <param name="journal">The journal.</param>
public sealed class ConversationImporter(IJournal journal)
{
    /// <summary>Imports.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="archive">The lines.</param>
    /// <param name="written">Called for each conversation that was written.</param>
    /// <param name="cancellationToken">Gives up before the next conversation.</param>
    /// <returns>The conversations in the order of the archive.</returns>
    /// <exception cref="OrleansAiException">
    /// <see cref="ErrorCodes.InvalidArchive"/>, <see cref="ErrorCodes.AlreadyExists"/>.
    /// </exception>
    public async Task<IReadOnlyList<ImportedConversation>> ImportAsync(
        string tenant, ReadOnlyMemory<byte> archive, Func<string, Task> written, CancellationToken cancellationToken)
    {
        var staged = new List<(ArchivedConversation Conversation, JournalAppend? Append, ImportedConversation Result)>();
        try
        {
            foreach (var conversation in Read(archive))
            {
                var append = conversation.ToAppend(tenant);
                var isNew = await IsNewAsync(tenant, conversation, append, [.. staged.Select(static one => one.Conversation.Id)], cancellationToken);
                staged.Add((conversation, isNew ? append : null, new ImportedConversation
                {
                    Id = conversation.Id,
                    Records = append.Records.Count,
                    Runs = append.Runs.Count,
                    IsNew = isNew,
                }));
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidDataException or InvalidOperationException or FormatException or KeyNotFoundException or ArgumentException)
        {
            throw ArchiveFormat.Invalid(exception is InvalidDataException ? exception.Message : "a line of it does not have the fields or the values of its type.");
        }

        foreach (var (conversation, append, _) in staged)
        {
            if (append is null)
            {
                continue;
            }

            if ((await journal.AppendAsync(append, cancellationToken)).Status != AppendStatus.Committed)
            {
                throw Exists(conversation.Id);
            }

            await written(conversation.Id);
        }

        return staged.ConvertAll(static one => one.Result);
    }

    private static List<ArchivedConversation> Read(ReadOnlyMemory<byte> archive)
    {
        List<string> lines = [.. Encoding.UTF8.GetString(archive.Span).Split('\n', StringSplitOptions.RemoveEmptyEntries)];
        CheckEnd(lines);
        var conversations = CheckHead(lines[0]).ConvertAll(static id => new ArchivedConversation(id));
        foreach (var line in lines.Skip(1).SkipLast(1))
        {
            var element = Parse(line);
            var id = element.GetProperty("conversation").GetString();
            var conversation = conversations.Find(one => one.Id == id) ?? throw ArchiveFormat.Invalid($"'{id}' is not among its conversations.");
            switch (element.GetProperty("type").GetString())
            {
                case "record":
                    conversation.AddRecord(element, line);
                    break;
                case "blob":
                    conversation.AddBlob(element);
                    break;
                case "listing":
                    conversation.AddListing(element);
                    break;
                case var type:
                    throw ArchiveFormat.Invalid($"a line has the unknown type '{type}'.");
            }
        }

        return conversations.Find(static one => one.Count == 0) is { } empty
            ? throw ArchiveFormat.Invalid($"it has no records of '{empty.Id}'.")
            : conversations;
    }

    private static void CheckEnd(List<string> lines)
    {
        if (lines.Count < 2 || Parse(lines[^1]) is var end && end.GetProperty("type").GetString() != "end")
        {
            throw ArchiveFormat.Invalid("its end is missing.");
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var line in lines.SkipLast(1))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(line));
            hash.AppendData("\n"u8);
        }

        if (end.GetProperty("lines").GetInt64() != lines.Count - 1
            || end.GetProperty("sha256").GetString() != Convert.ToHexStringLower(hash.GetHashAndReset()))
        {
            throw ArchiveFormat.Invalid("its lines are not those that its last line has the hash of.");
        }
    }

    private static List<string> CheckHead(string line)
    {
        var head = Parse(line);
        if (head.GetProperty("type").GetString() != "archive" || head.GetProperty("format").GetString() != ArchiveFormat.Name)
        {
            throw ArchiveFormat.Invalid($"its first line is none of {ArchiveFormat.Name}.");
        }

        if (head.GetProperty("version").GetInt32() is var version and not ArchiveFormat.Version)
        {
            throw ArchiveFormat.Invalid($"its version is {version}; this build reads {ArchiveFormat.Version}.");
        }

        List<string> ids = [.. head.GetProperty("conversations").EnumerateArray().Select(static id => id.GetString()!)];
        return ids.Count > 0 && ids.Distinct(StringComparer.Ordinal).Count() == ids.Count
            && ids.TrueForAll(static id => IdText.IsPossible(id)
                && (id.StartsWith(IdPrefixes.Conversation, StringComparison.Ordinal) || id.StartsWith(IdPrefixes.Thread, StringComparison.Ordinal)))
                ? ids
                : throw ArchiveFormat.Invalid("its conversations are not named, or one of them twice.");
    }

    private static JsonElement Parse(string line)
    {
        using var document = JsonDocument.Parse(line);
        return document.RootElement.Clone();
    }

    private async Task<bool> IsNewAsync(
        string tenant, ArchivedConversation conversation, JournalAppend append, IReadOnlyList<string> before, CancellationToken cancellationToken)
    {
        var there = await new ConversationExporter(journal).RecordLinesAsync(tenant, conversation.Id, cancellationToken);
        if (there.Count > 0)
        {
            return there.SequenceEqual(conversation.Lines, StringComparer.Ordinal) ? false : throw Exists(conversation.Id);
        }

        foreach (var (_, run) in append.Runs)
        {
            if (await journal.FindRunAsync(tenant, run.RunId, cancellationToken) is { } other)
            {
                throw new OrleansAiException(
                    ErrorCodes.AlreadyExists, $"There is a run '{run.RunId}' already, in '{other.Conversation}'; nothing was imported.");
            }
        }

        return conversation.Origin() is not { } origin || before.Contains(origin)
            || (await journal.ReadAtAsync(StreamNames.Conversation(tenant, origin), [1], cancellationToken)).Count > 0
                ? true
                : throw ArchiveFormat.Invalid($"'{conversation.Id}' shares its past with '{origin}', which is neither in it nor here.");
    }

    private static OrleansAiException Exists(string id) =>
        new(ErrorCodes.AlreadyExists, $"There is a conversation '{id}' already, which is not the one of the archive; nothing of it was imported.");
}
