namespace OrleansAi.Tests.EndToEnd.Ingestion;

/// <summary>Kills of ingestion over SQLite.</summary>
public sealed class IngestionKillOverSqliteTests(PostgreSqlFixture postgreSql) : IngestionKillTests(Storage.Sqlite, postgreSql);
