using Xunit;

namespace OrleansAi.Tests.EndToEnd;

/// <summary>Kills over PostgreSQL.</summary>
[Collection(Alone.Name)]
public sealed class KillOverPostgreSqlTests(PostgreSqlFixture postgreSql) : KillTests(Storage.PostgreSql, postgreSql);
