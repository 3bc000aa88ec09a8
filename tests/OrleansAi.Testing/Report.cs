namespace OrleansAi.Testing;

/// <summary>Tables that a test run shows to its reader: <c>./test.sh</c> prints what is written here.</summary>
public static class Report
{
    /// <summary>Writes a report, in the place of an earlier one of that name, where <c>ORLEANSAI_REPORTS</c> says.</summary>
    public static void Write(string name, string text)
    {
        if (Environment.GetEnvironmentVariable("ORLEANSAI_REPORTS") is { Length: > 0 } directory)
        {
            File.WriteAllText(Path.Combine(Directory.CreateDirectory(directory).FullName, $"{name}.md"), text);
        }
    }
}
