namespace OrleansAi.VendorSimulator;

/// <summary>The vectors that the simulator gives: another one for every text, and always the same for the same.</summary>
public static class SimulatedVector
{
    /// <summary>The length when none is asked for.</summary>
    public const int Dimensions = 8;

    /// <summary>The vector of a text.</summary>
    public static float[] Of(string text, int dimensions = Dimensions)
    {
        var vector = new float[dimensions];
        for (var i = 0; i < text.Length; i++)
        {
            vector[(text[i] + i) % dimensions] += 1 + (i % 3);
        }

        var length = MathF.Sqrt(vector.Sum(static number => number * number));
        return [.. vector.Select(number => number / length)];
    }
}
