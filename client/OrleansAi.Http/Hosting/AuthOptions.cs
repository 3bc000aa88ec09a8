namespace OrleansAi.Http.Hosting;

/// <summary>Who may call.</summary>
public enum AuthMode
{
    /// <summary>Everybody on this machine; any bearer is the local tenant.</summary>
    Local,

    /// <summary>Holders of a key. Its project is the tenant, its role decides what it may do.</summary>
    Keys,
}

/// <summary>The section <c>OrleansAi:Auth</c>.</summary>
public sealed class AuthOptions
{
    /// <summary>The name of the section.</summary>
    public const string Section = "OrleansAi:Auth";

    /// <value>The default value is <see cref="AuthMode.Local"/>.</value>
    public AuthMode Mode { get; set; } = AuthMode.Local;

    /// <value>
    /// The secret under which keys are hashed, at least 32 characters, the same on every silo and front. Keys made under
    /// another one are not valid. There is no default value; <see cref="AuthMode.Keys"/> needs one.
    /// </value>
    public string? HashKey { get; set; }

    /// <value>True to have calls that only read in the audit log too. The default value is <c>false</c>.</value>
    public bool AuditReads { get; set; }
}
