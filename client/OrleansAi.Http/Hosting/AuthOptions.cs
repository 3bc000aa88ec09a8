namespace OrleansAi.Http.Hosting;

/// <summary>Who may call.</summary>
public enum AuthMode
{
    /// <summary>Everybody on this machine; any bearer is the local tenant.</summary>
    Local,
}

/// <summary>The section <c>OrleansAi:Auth</c>.</summary>
public sealed class AuthOptions
{
    /// <summary>The name of the section.</summary>
    public const string Section = "OrleansAi:Auth";

    /// <value>The default value is <see cref="AuthMode.Local"/>.</value>
    public AuthMode Mode { get; set; } = AuthMode.Local;
}
