namespace OrleansAi.Tests.EndToEnd.Ingestion;

/// <summary>Kills of re-index and release over SQLite.</summary>
public sealed class ReindexKillOverSqliteTests(PostgreSqlFixture postgreSql) : ReindexKillTests(Storage.Sqlite, postgreSql);
