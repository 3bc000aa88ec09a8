namespace OrleansAi.Tests.EndToEnd.Ingestion;

/// <summary>Kills of ingestion over PostgreSQL.</summary>
public sealed class IngestionKillOverPostgreSqlTests(PostgreSqlFixture postgreSql) : IngestionKillTests(Storage.PostgreSql, postgreSql);
