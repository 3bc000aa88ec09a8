using Microsoft.Extensions.Time.Testing;
using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Files;
using OrleansAi.Contracts.Ids;
using OrleansAi.Files;
using OrleansAi.Journal;
using OrleansAi.Tests.Unit.Access;
using Xunit;

namespace OrleansAi.Tests.Unit.Files;

public sealed class FileCatalogTests
{
    private static readonly NewFile Text = new() { Name = "a.txt", Purpose = FilePurposes.UserData, MediaType = "text/plain" };

    private readonly FakeTimeProvider _time = new();
    private readonly MemoryJournal _journal = new();
    private readonly IdSource _ids;
    private readonly FileCatalog _catalog;

    public FileCatalogTests()
    {
        _ids = new IdSource(_time);
        _catalog = Catalog();
    }

    [Fact]
    public async Task Upload_UntilPublished_IsNoFile()
    {
        var id = _ids.New(IdPrefixes.File);
        await _catalog.BeginAsync(id);

        Assert.Empty((await ListAsync(_catalog)).Files);
        Assert.Equal(ErrorCodes.FileNotFound, (await Assert.ThrowsAsync<OrleansAiException>(() => _catalog.GetAsync(id))).Code);

        var file = await _catalog.PublishAsync(id, Text, 7);

        Assert.Equal(file, await _catalog.GetAsync(id));
        Assert.Equal(file, Assert.Single((await ListAsync(Catalog())).Files));
        Assert.Equal(file, await _catalog.PublishAsync(id, Text with { Name = "other" }, 8));
    }

    [Fact]
    public async Task Pages_FollowEachOtherInBothOrders()
    {
        var made = new List<string>();
        for (var i = 0; i < 25; i++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(1));
            made.Add((await AddAsync(i % 5 == 0 ? FilePurposes.Vision : FilePurposes.UserData)).Id);
        }

        Assert.Equal(made, await PagesAsync(ascending: true, null));
        Assert.Equal(made.AsEnumerable().Reverse(), await PagesAsync(ascending: false, null));
        Assert.Equal(made.Where(static (_, i) => i % 5 == 0), await PagesAsync(ascending: true, FilePurposes.Vision));

        // The file that a page ended with may be gone when the next one is asked for.
        await DeleteAsync(made[9]);
        Assert.Equal(made[10], (await _catalog.ListAsync(new FileQuery { After = made[9], Limit = 1, Ascending = true })).Files[0].Id);
        Assert.Equal(made[8], (await _catalog.ListAsync(new FileQuery { After = made[9], Limit = 1 })).Files[0].Id);
    }

    [Fact]
    public async Task Files_AsManyAsTheLimit_RefuseTheNextByName()
    {
        var catalog = Catalog(maxFiles: 2);
        await catalog.BeginAsync("file-1");
        await catalog.PublishAsync("file-1", Text, 1);
        await catalog.BeginAsync("file-2");

        Assert.Equal(ErrorCodes.TooManyFiles, (await Assert.ThrowsAsync<OrleansAiException>(() => catalog.BeginAsync("file-3"))).Code);
        await catalog.DeleteAsync("file-2");
        await catalog.BeginAsync("file-3");
    }

    [Fact]
    public async Task Delete_CutShort_IsFinishedByTheSweep()
    {
        var file = await AddAsync();
        await _catalog.DeleteAsync(file.Id);

        var next = Catalog();
        Assert.Equal(ErrorCodes.FileNotFound, (await Assert.ThrowsAsync<OrleansAiException>(() => next.GetAsync(file.Id))).Code);
        Assert.Equal([file.Id], await next.SweepAsync(10));
        await next.DeleteAsync(file.Id);
        await next.ForgetAsync(file.Id);

        Assert.Empty(await Catalog().SweepAsync(10));
        Assert.Equal(ErrorCodes.FileNotFound, (await Assert.ThrowsAsync<OrleansAiException>(() => next.DeleteAsync(file.Id))).Code);
    }

    [Fact]
    public async Task Upload_BrokenOff_IsGivenUpAfterAnHour()
    {
        await _catalog.BeginAsync("file-1");
        Assert.Empty(await _catalog.SweepAsync(10));

        _time.Advance(FileCatalog.LongestUpload + TimeSpan.FromSeconds(1));

        Assert.Equal(["file-1"], await _catalog.SweepAsync(10));
        Assert.Equal(ErrorCodes.FileNotFound, (await Assert.ThrowsAsync<OrleansAiException>(() => _catalog.PublishAsync("file-1", Text, 1))).Code);
    }

    [Fact]
    public async Task File_WhoseTimeIsOver_IsNotThere()
    {
        await _catalog.BeginAsync("file-1");
        await _catalog.PublishAsync("file-1", Text with { ExpiresAfterSeconds = 3_600 }, 1);
        await AddAsync();

        _time.Advance(TimeSpan.FromHours(1));

        Assert.Single((await ListAsync(_catalog)).Files);
        Assert.Equal(ErrorCodes.FileNotFound, (await Assert.ThrowsAsync<OrleansAiException>(() => _catalog.GetAsync("file-1"))).Code);
        Assert.Equal(["file-1"], await _catalog.SweepAsync(10));
    }

    [Fact]
    public async Task Catalog_OfManyChanges_IsReadFromItsSnapshot()
    {
        var kept = await AddAsync();
        for (var i = 0; i < 200; i++)
        {
            await DeleteAsync((await AddAsync()).Id);
        }

        await _catalog.BeginAsync("file-open");
        await _catalog.DeleteAsync((await AddAsync()).Id);
        var snapshots = _journal.All.Count(static record => record.Kind == RecordKind.FileCatalogSnapshot);
        var next = Catalog();

        Assert.Equal(1, snapshots);
        Assert.Equal(kept, Assert.Single((await ListAsync(next)).Files));
        Assert.Single(await next.SweepAsync(10));
        await next.PublishAsync("file-open", Text, 1);
    }

    [Fact]
    public async Task Writers_TwoAtOnce_LoseNothing()
    {
        var other = Catalog();
        await _catalog.BeginAsync("file-1");
        await other.BeginAsync("file-2");

        // The first one was overtaken: it is told so, and sees the other's work the next time.
        var conflict = await Assert.ThrowsAsync<OrleansAiException>(() => _catalog.PublishAsync("file-1", Text, 1));
        Assert.Equal((ErrorCodes.VersionConflict, true), (conflict.Code, conflict.IsTransient));
        await _catalog.PublishAsync("file-1", Text, 1);
        await Assert.ThrowsAsync<OrleansAiException>(() => other.PublishAsync("file-2", Text, 1));
        await other.PublishAsync("file-2", Text, 1);

        Assert.Equal(2, (await ListAsync(Catalog())).Files.Count);
    }

    [Fact]
    public async Task Store_Down_IsAnErrorThatMayBeShown()
    {
        _journal.IsDown = true;

        Assert.Equal(ErrorCodes.StorageUnavailable, (await Assert.ThrowsAsync<OrleansAiException>(() => _catalog.BeginAsync("file-1"))).Code);
    }

    private FileCatalog Catalog(int maxFiles = 1_000) => new(_journal, _ids, _time, new FileLimits { MaxFiles = maxFiles }, "tenant");

    private async Task<FileView> AddAsync(string purpose = FilePurposes.UserData)
    {
        var id = _ids.New(IdPrefixes.File);
        await _catalog.BeginAsync(id);
        return await _catalog.PublishAsync(id, Text with { Purpose = purpose }, 1);
    }

    private async Task DeleteAsync(string id)
    {
        await _catalog.DeleteAsync(id);
        await _catalog.ForgetAsync(id);
    }

    private static Task<FilePage> ListAsync(FileCatalog catalog) => catalog.ListAsync(new FileQuery { Limit = 100 });

    private async Task<List<string>> PagesAsync(bool ascending, string? purpose)
    {
        var all = new List<string>();
        FilePage page;
        do
        {
            page = await _catalog.ListAsync(new FileQuery { After = all.LastOrDefault(), Limit = 4, Ascending = ascending, Purpose = purpose });
            all.AddRange(page.Files.Select(static file => file.Id));
        }
        while (page.HasMore);
        return all;
    }
}
