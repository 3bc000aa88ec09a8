namespace OrleansAi.Contracts.Access;

/// <summary>What a key may do; each role may do what the ones before it may. The numbers are stored: never change or reuse one.</summary>
public enum KeyRole
{
    /// <summary>Calls of <c>/v1</c>.</summary>
    App = 1,

    /// <summary>Calls of <c>/api</c> besides, except for keys and projects.</summary>
    Operator = 2,

    /// <summary>Everything, in all projects of the key's organisation where keys and projects are concerned.</summary>
    Admin = 3,
}

/// <summary>Roles as text.</summary>
public static class KeyRoles
{
    /// <summary>The role of a text, or null: <c>app</c>, <c>operator</c>, <c>admin</c>.</summary>
    public static KeyRole? Parse(string text) => text switch
    {
        "app" => KeyRole.App,
        "operator" => KeyRole.Operator,
        "admin" => KeyRole.Admin,
        _ => null,
    };

    /// <summary>The text of a role.</summary>
    public static string ToText(this KeyRole role) => role switch
    {
        KeyRole.App => "app",
        KeyRole.Operator => "operator",
        _ => "admin",
    };
}
