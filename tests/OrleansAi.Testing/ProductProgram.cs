using System.Diagnostics;

namespace OrleansAi.Testing;

/// <summary>How tests start the programs of the product: as many short-lived processes on few cores.</summary>
public static class ProductProgram
{
    // Server GC's heaps, counting for a profile and mapping all generated code twice cost a start more than they give a process that lives for seconds.
    private static readonly (string Name, string Value)[] Environment =
        [("DOTNET_gcServer", "0"), ("DOTNET_TieredPGO", "0"), ("DOTNET_EnableWriteXorExecute", "0")];

    /// <summary>What starts a program with its output redirected.</summary>
    /// <param name="assembly">The path of its assembly.</param>
    /// <param name="arguments">Its arguments.</param>
    public static ProcessStartInfo Start(string assembly, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet", [assembly, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in Environment)
        {
            start.Environment[name] = value;
        }

        return start;
    }
}
