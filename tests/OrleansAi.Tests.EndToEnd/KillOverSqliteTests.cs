namespace OrleansAi.Tests.EndToEnd;

/// <summary>Kills over SQLite.</summary>
public sealed class KillOverSqliteTests(PostgreSqlFixture postgreSql) : KillTests(Storage.Sqlite, postgreSql);
