using System.Text.RegularExpressions;
using OrleansAi.Testing;
using Xunit;

namespace OrleansAi.Tests.EndToEnd;

/// <summary>What docs/examples.md tells its readers to do, all of it.</summary>
public sealed partial class ExamplesTests(ExamplesFixture examples) : IClassFixture<ExamplesFixture>
{
    [Theory]
    [InlineData("bash", 0, "What is my cat called?")]
    [InlineData("bash", 1, "response.completed")]
    [InlineData("bash", 2, "Take your time.")]
    [InlineData("bash", 3, "\"model\":\"lexical-1\"")]
    [InlineData("bash", 4, "Ada likes straße.")]
    [InlineData("bash", 5, "Mimi likes fish.")]
    [InlineData("csharp", 0, "What is my cat called?")]
    [InlineData("csharp", 1, "Say hello.")]
    [InlineData("typescript", 0, "What is my cat called?")]
    [InlineData("typescript", 1, "What is my cat called?")]
    public async Task Example_AsItStands_Works(string language, int index, string expected)
    {
        var blocks = await BlocksAsync(language);
        var (code, output) = await examples.RunAsync(language, index, blocks[index]);
        Assert.True(code == 0, output);
        Assert.Contains(expected, output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bash", 6)]
    [InlineData("csharp", 2)]
    [InlineData("typescript", 2)]
    public async Task Examples_NoneIsLeftOut(string language, int count) => Assert.Equal(count, (await BlocksAsync(language)).Count);

    private static async Task<IReadOnlyList<string>> BlocksAsync(string language) =>
    [
        .. Block().Matches(await File.ReadAllTextAsync(Deployment.PathOf("docs", "examples.md")))
            .Where(block => block.Groups[1].Value == language)
            .Select(static block => block.Groups[2].Value),
    ];

    [GeneratedRegex("```(bash|csharp|typescript)\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();
}
