using Microsoft.Extensions.Time.Testing;
using OrleansAi.Access.Audit;
using OrleansAi.Contracts.Access;
using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Ids;
using Xunit;

namespace OrleansAi.Tests.Unit.Access;

public sealed class AuditLogTests
{
    private static readonly IdSource Ids = new(new FakeTimeProvider());
    private readonly MemoryJournal _journal = new();

    [Fact]
    public async Task Append_FromTwoWritersAtOnce_EveryEntryStandsOnceWithoutGaps()
    {
        var (here, there) = (new AuditLog(_journal, Ids, "proj_1"), new AuditLog(_journal, Ids, "proj_1"));

        await Task.WhenAll(Enumerable.Range(0, 100).Select(i => (i % 2 == 0 ? here : there).AppendAsync(Entry($"{i}"))));

        var entries = (await here.ListAsync(new AuditQuery { Limit = 200 })).Entries;
        Assert.Equal(Enumerable.Range(1, 100).Reverse().Select(static i => (long)i), entries.Select(static entry => entry.Position));
        Assert.Equal(100, entries.Select(static entry => entry.Target).Distinct().Count());
    }

    [Fact]
    public async Task List_PageByPage_GivesEachEntryOnceAndWhole()
    {
        var log = new AuditLog(_journal, Ids, "proj_1");
        for (var i = 1; i <= 5; i++)
        {
            await log.AppendAsync(Entry($"{i}"));
        }

        var first = await log.ListAsync(new AuditQuery { Limit = 3 });
        var second = await log.ListAsync(new AuditQuery { Limit = 3, After = first.Entries[^1].Position });

        Assert.Equal((true, false), (first.HasMore, second.HasMore));
        Assert.Equal(["5", "4", "3", "2", "1"], first.Entries.Concat(second.Entries).Select(static entry => entry.Target));
        Assert.Equal(Entry("5") with { Position = 5 }, first.Entries[0]);
    }

    [Fact]
    public async Task Append_StoreDown_SaysSoAndGoesOnLater()
    {
        var log = new AuditLog(_journal, Ids, "proj_1");
        await log.AppendAsync(Entry("1"));
        _journal.IsDown = true;
        var error = await Assert.ThrowsAsync<OrleansAiException>(() => log.AppendAsync(Entry("lost")));
        _journal.IsDown = false;

        await log.AppendAsync(Entry("2"));

        Assert.Equal(ErrorCodes.StorageUnavailable, error.Code);
        Assert.Equal(["2", "1"], (await log.ListAsync(new AuditQuery())).Entries.Select(static entry => entry.Target));
    }

    [Fact]
    public async Task List_OfAnotherTenant_IsEmpty()
    {
        await new AuditLog(_journal, Ids, "proj_1").AppendAsync(Entry("1"));

        Assert.Empty((await new AuditLog(_journal, Ids, "proj_2").ListAsync(new AuditQuery())).Entries);
    }

    private static AuditEntry Entry(string target) => new()
    {
        At = 1_700_000_000_000,
        Actor = "abcdefgh",
        Role = KeyRole.Operator,
        Action = "POST /api/x",
        Target = target,
        Status = 403,
        RequestId = "req_1",
    };
}
