namespace OrleansAi.Tests.EndToEnd.Ingestion;

/// <summary>Kills of re-index and release over PostgreSQL.</summary>
public sealed class ReindexKillOverPostgreSqlTests(PostgreSqlFixture postgreSql) : ReindexKillTests(Storage.PostgreSql, postgreSql);
