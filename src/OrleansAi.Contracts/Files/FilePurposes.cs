namespace OrleansAi.Contracts.Files;

/// <summary>What files can be for, as OpenAI's API names it.</summary>
public static class FilePurposes
{
    /// <summary>For assistants, and for search.</summary>
    public const string Assistants = "assistants";

    /// <summary>For a model's input, of any kind.</summary>
    public const string UserData = "user_data";

    /// <summary>Images for a model's input.</summary>
    public const string Vision = "vision";
}
