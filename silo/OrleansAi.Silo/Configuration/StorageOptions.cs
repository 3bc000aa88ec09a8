using System.ComponentModel.DataAnnotations;

namespace OrleansAi.Silo.Configuration;

/// <summary>Where everything is stored.</summary>
internal enum StorageProvider
{
    /// <summary>One file.</summary>
    Sqlite,

    /// <summary>A PostgreSQL database.</summary>
    PostgreSql,
}

/// <summary>The section <c>OrleansAi:Storage</c>.</summary>
internal sealed class StorageOptions
{
    public const string Section = "OrleansAi:Storage";

    /// <value>The default value is <see cref="StorageProvider.Sqlite"/>.</value>
    public StorageProvider Provider { get; set; } = StorageProvider.Sqlite;

    /// <value>The default value is <c>Data Source=data/orleansai.db</c>.</value>
    [Required]
    public string ConnectionString { get; set; } = "Data Source=data/orleansai.db";
}
