using Microsoft.Data.Sqlite;
using Xunit;

namespace OrleansAi.Tests.Storage;

/// <summary>The conformance suite on SQLite.</summary>
public sealed class SqliteJournalStoreTests : JournalStoreConformance, IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("orleansai-sqlite-").FullName;
    private string _file = "";

    private protected override Task<StoreHost> CreateHostAsync()
    {
        _file = Path.Combine(_directory, "sub", $"{Some.Ids.New("db_")}.db");
        return Task.FromResult(StoreHost.Sqlite(_file));
    }

    private protected override StoreHost SecondHost() => StoreHost.Sqlite(_file);

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
    [InlineData("Data Source=:memory:")]
    [InlineData("Mode=Memory;Data Source=x")]
    [InlineData("")]
    public void Create_NoFile_IsRefusedByName(string connectionString)
    {
        var error = Assert.Throws<ArgumentException>(() => new OrleansAi.Storage.Sqlite.SqliteDatabase(connectionString));

        Assert.Contains("names no file", error.Message, StringComparison.Ordinal);
    }
}
