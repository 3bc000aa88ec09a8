using System.Security.Cryptography;
using System.Text;
using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Files;
using OrleansAi.Files;
using OrleansAi.Journal;
using Xunit;

namespace OrleansAi.Tests.Storage;

/// <summary>Files on a real store: what is stored, found again and destroyed. One subclass a store.</summary>
public abstract class FileStorageTests : IAsyncLifetime
{
    private const string Mark = "a text that nobody may find in the store";
    private const string Stream = "tenant/file-1";
    private StoreHost? _host;
    private GroupCommitJournal? _journal;

    private GroupCommitJournal Journal => _journal!;

    public async ValueTask InitializeAsync()
    {
        _host = await CreateHostAsync();
        await _host.Store.InitializeAsync(CancellationToken.None);
        _journal = _host.Journal();
    }

    public async ValueTask DisposeAsync()
    {
        await Journal.DisposeAsync();
        await _host!.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private protected abstract Task<StoreHost> CreateHostAsync();

    /// <summary>True when the bytes stand in the files of the store; null where they cannot be looked at.</summary>
    private protected virtual bool? Stands(byte[] bytes) => null;

    [Fact]
    public async Task Content_IsSealedAndFoundAgain()
    {
        var pieces = await UploadAsync();

        var other = Content();
        Assert.Equal(pieces[0], (await other.ReadAsync(0)).Bytes);
        Assert.Equal(pieces[1], (await other.ReadAsync(1)).Bytes);
        Assert.NotEqual(true, Stands(Encoding.UTF8.GetBytes(Mark)));
        Assert.NotEqual(false, Stands((await Journal.ReadKeysAsync(Stream, CancellationToken.None))!));
    }

    [Fact]
    public async Task Content_Erased_HasNoKeyAnywhere()
    {
        await UploadAsync();
        var key = (await Journal.ReadKeysAsync(Stream, CancellationToken.None))!;

        await Content().EraseAsync();

        Assert.Empty((await Journal.ReadKeysAsync(Stream, CancellationToken.None))!);
        Assert.NotEqual(true, Stands(key[1..]));
        Assert.Equal(ErrorCodes.FileNotFound, (await Assert.ThrowsAsync<OrleansAiException>(() => Content().ReadAsync(0))).Code);
        await Content().EraseAsync();
    }

    [Fact]
    public async Task Catalog_IsReadFromItsSnapshot()
    {
        var catalog = Catalog();
        await catalog.BeginAsync("file-kept");
        var kept = await catalog.PublishAsync(
            "file-kept", new NewFile { Name = "straße 東京.txt", Purpose = FilePurposes.UserData, MediaType = "text/plain" }, 5);
        for (var i = 0; i < 200; i++)
        {
            await catalog.BeginAsync($"file-{i}");
            await catalog.DeleteAsync($"file-{i}");
            await catalog.ForgetAsync($"file-{i}");
        }

        var snapshot = Assert.Single(await Journal.ReadBackwardAsync(
            StreamNames.Files("tenant"), long.MaxValue, 10, [RecordKind.FileCatalogSnapshot], CancellationToken.None));

        Assert.InRange(snapshot.Position, 500, 502);
        Assert.Equal(kept, Assert.Single((await Catalog().ListAsync(new FileQuery { Limit = 10 })).Files));
    }

    private async Task<List<byte[]>> UploadAsync()
    {
        List<byte[]> pieces = [new byte[FileChunk.MostBytes], Encoding.UTF8.GetBytes(Mark)];
        RandomNumberGenerator.Fill(pieces[0]);
        Encoding.UTF8.GetBytes(Mark).CopyTo(pieces[0], 1_000);
        var content = Content();
        await content.AppendAsync(0, new FileChunk { Bytes = pieces[0] }, long.MaxValue);
        await content.AppendAsync(1, new FileChunk { Bytes = pieces[1] }, long.MaxValue);
        return pieces;
    }

    private FileContent Content() => new(Journal, Some.Ids, TimeProvider.System, Stream);

    private FileCatalog Catalog() => new(Journal, Some.Ids, TimeProvider.System, new FileLimits(), "tenant");
}

/// <summary>Files on SQLite.</summary>
public sealed class SqliteFileStorageTests : FileStorageTests, IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("orleansai-files-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private protected override Task<StoreHost> CreateHostAsync() => Task.FromResult(StoreHost.Sqlite(Path.Combine(_directory, "files.db")));

    private protected override bool? Stands(byte[] bytes) => Directory.GetFiles(_directory).Any(path =>
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var all = new MemoryStream();
        file.CopyTo(all);
        return all.GetBuffer().AsSpan(0, (int)all.Length).IndexOf(bytes) >= 0;
    });
}

/// <summary>Files on PostgreSQL.</summary>
public sealed class PostgreSqlFileStorageTests(PostgreSqlFixture server) : FileStorageTests
{
    private protected override async Task<StoreHost> CreateHostAsync() => StoreHost.PostgreSql(await server.Instance.CreateDatabaseAsync());
}
