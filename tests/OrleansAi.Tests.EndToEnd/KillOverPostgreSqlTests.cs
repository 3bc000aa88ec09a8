namespace OrleansAi.Tests.EndToEnd;

/// <summary>Kills over PostgreSQL.</summary>
public sealed class KillOverPostgreSqlTests(PostgreSqlFixture postgreSql) : KillTests(Storage.PostgreSql, postgreSql);
