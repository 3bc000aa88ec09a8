using Xunit;

namespace OrleansAi.Tests.EndToEnd;

/// <summary>Kills over SQLite.</summary>
[Collection(Alone.Name)]
public sealed class KillOverSqliteTests(PostgreSqlFixture postgreSql) : KillTests(Storage.Sqlite, postgreSql);
