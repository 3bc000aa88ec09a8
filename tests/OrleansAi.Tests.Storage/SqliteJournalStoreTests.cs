using System.Text;
using Microsoft.Data.Sqlite;
using OrleansAi.Journal;
using OrleansAi.Testing;
using Xunit;

namespace OrleansAi.Tests.Storage;

/// <summary>The conformance suite on SQLite.</summary>
public sealed class SqliteJournalStoreTests : RetentionConformance, IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("orleansai-sqlite-").FullName;
    private string _file = "";

    private protected override Task<StoreHost> CreateHostAsync()
    {
        _file = Path.Combine(_directory, "sub", $"{Some.Ids.New("db_")}.db");
        return Task.FromResult(StoreHost.Sqlite(_file));
    }

    private protected override StoreHost SecondHost() => StoreHost.Sqlite(_file);

    private protected override async Task ExecuteAsync(string sql)
    {
        await using var connection = new SqliteConnection($"Data Source={_file};Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Initialize_NewFile_UsesWalAndFullSync()
    {
        await using var connection = new SqliteConnection($"Data Source={_file};Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "pragma journal_mode";

        Assert.Equal("wal", await command.ExecuteScalarAsync());
    }

    [Theory]
    [InlineData(KeyErasure.AtOnce)]
    [InlineData(KeyErasure.Soon)]
    public async Task Commit_KeysDestroyed_StandInNoFileAnyMore(KeyErasure erasure)
    {
        const string secret = "a secret that nobody may find";
        var stream = Some.Stream();
        await Store.CommitAsync([WithKeys(stream, 0, secret)], CancellationToken.None);
        Assert.True(Stands(secret));

        await Store.CommitAsync([WithKeys(stream, 1, "others", erasure)], CancellationToken.None);

        if (erasure == KeyErasure.AtOnce)
        {
            Assert.False(Stands(secret));
        }

        await Eventually.GetAsync(() => Task.FromResult(Stands(secret)), static stands => !stands, "the key is gone from all files");
        Assert.True(Stands("others"));
    }

    [Fact]
    public async Task Initialize_LogOfAKilledProcess_IsEmptied()
    {
        const string secret = "a secret that nobody may find";
        var stream = Some.Stream();
        await Store.CommitAsync([WithKeys(stream, 0, secret)], CancellationToken.None);
        await Store.CommitAsync([WithKeys(stream, 1, "others")], CancellationToken.None);
        Assert.True(Stands(secret));

        await using var next = SecondHost();
        await next.Store.InitializeAsync(CancellationToken.None);

        Assert.False(Stands(secret));
    }

    // Every byte of the database, its log and what else SQLite keeps beside it.
    private bool Stands(string text)
    {
        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(_file)!, Path.GetFileName(_file) + "*"))
        {
            using var bytes = new MemoryStream();
            using (var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete))
            {
                stream.CopyTo(bytes);
            }

            if (bytes.ToArray().AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0)
            {
                return true;
            }
        }

        return false;
    }

    [Theory]
    [InlineData("Data Source=:memory:")]
    [InlineData("Mode=Memory;Data Source=x")]
    [InlineData("")]
    public void Create_NoFile_IsRefusedByName(string connectionString)
    {
        var error = Assert.Throws<ArgumentException>(() => new OrleansAi.Storage.Sqlite.SqliteDatabase(connectionString));

        Assert.Contains("names no file", error.Message, StringComparison.Ordinal);
    }
}
