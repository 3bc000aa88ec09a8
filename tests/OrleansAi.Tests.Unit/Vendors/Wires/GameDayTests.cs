using System.Text.Json.Nodes;
using OrleansAi.VendorSimulator;
using Xunit;

namespace OrleansAi.Tests.Unit.Vendors.Wires;

/// <summary>Scripts of faults: they strike where and as often as they say, and the same way every time.</summary>
public sealed class GameDayTests
{
    private static readonly Episode[] Script =
    [
        new() { FromCall = 101, ToCall = 200, Rate = 0.3, Fault = FaultKind.HttpStatus, Status = 503 },
        new() { FromCall = 301, Wire = Wire.Anthropic, Quirk = 19 },
    ];

    [Fact]
    public void SameSeed_SameFaults() => Assert.Equal(Struck(7), Struck(7));

    [Fact]
    public void AnotherSeed_OtherFaults() => Assert.NotEqual(Struck(7), Struck(8));

    [Fact]
    public void Rates_ChangeAtTheCallsTheScriptNames()
    {
        var struck = Struck(7);

        Assert.All(struck, static number => Assert.InRange(number, 101, 200));
        Assert.InRange(struck.Count, 18, 42);
    }

    [Fact]
    public void Quirk_StrikesItsWireAlone()
    {
        var day = new GameDay(Script, 7);

        Assert.Equal(19, day.Respond(Call(400, Wire.Anthropic)).Quirk);
        Assert.Equal(0, day.Respond(Call(400, Wire.Gemini)).Quirk);
        Assert.Equal(0, day.Respond(Call(300, Wire.Anthropic)).Quirk);
    }

    [Fact]
    public void ScriptOfTheDocs_IsRead()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "OrleansAi.sln")))
        {
            directory = directory.Parent!;
        }

        var day = GameDay.Load(Path.Combine(directory.FullName, "docs", "game-day.json"), seed: 7);

        Assert.Null(day.Respond(Call(1, Wire.OpenAiChat)).Fault);
        Assert.Contains(Enumerable.Range(20, 41), number => day.Respond(Call(number, Wire.OpenAiChat)).Fault?.Status == 503);
    }

    private static List<int> Struck(int seed)
    {
        var day = new GameDay(Script, seed);
        return [.. Enumerable.Range(1, 300).Where(number => day.Respond(Call(number, Wire.OpenAiChat)).Fault is not null)];
    }

    private static SimulatedCall Call(int number, Wire wire) => new()
    {
        Number = number,
        Wire = wire,
        Model = "m",
        IsStream = false,
        Body = new JsonObject(),
        RawBody = "",
        Headers = new Dictionary<string, string>(),
        LastUserText = "",
        Disconnected = Task.CompletedTask,
    };
}
