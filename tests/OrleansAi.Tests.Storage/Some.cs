using System.Text;
using OrleansAi.Contracts.Ids;
using OrleansAi.Contracts.Runs;
using OrleansAi.Journal;

namespace OrleansAi.Tests.Storage;

/// <summary>Appends and runs to test with.</summary>
internal static class Some
{
    public static readonly IdSource Ids = new(TimeProvider.System);

    public static string Stream() => $"local/{Ids.New(IdPrefixes.Conversation)}";

    public static NewRecord Record(string body = "{}", RecordKind kind = RecordKind.ItemsAdded) =>
        new(Ids.NewRecordId(), kind, Encoding.UTF8.GetBytes(body), 1_700_000_000_000);

    public static JournalAppend Append(string stream, long expected, params NewRecord[] records) =>
        new(stream, expected, records.Length > 0 ? records : [Record()]);

    public static Content Content(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return new Content(ContentHash.Of(bytes), bytes);
    }

    public static RunEntry Run(string tenant, string conversation, long createdAt, string model = "default", string prefix = IdPrefixes.Response) => new()
    {
        Tenant = tenant,
        RunId = Ids.New(prefix),
        Conversation = conversation,
        Model = model,
        Status = RunStatus.InProgress,
        CreatedAt = createdAt,
        AdmittedPosition = 1,
        Waker = "silo-1",
    };
}
