using System.Diagnostics;

namespace OrleansAi.Testing;

/// <summary>Waits for conditions.</summary>
public static class Eventually
{
    /// <summary>Asks until the answer satisfies.</summary>
    /// <param name="ask">Asks.</param>
    /// <param name="isSatisfied">Judges.</param>
    /// <param name="what">What is waited for; part of the error.</param>
    /// <param name="seconds">How long.</param>
    /// <returns>The satisfying answer.</returns>
    public static async Task<T> GetAsync<T>(Func<Task<T>> ask, Func<T, bool> isSatisfied, string what, double seconds = 30)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            var answer = await ask();
            if (isSatisfied(answer))
            {
                return answer;
            }

            if (Stopwatch.GetElapsedTime(started).TotalSeconds > seconds)
            {
                throw new TimeoutException($"Not within {seconds} s: {what}. The last answer: {answer}");
            }

            await Task.Delay(25);
        }
    }

    /// <summary>Asks until the answer is yes.</summary>
    public static Task TrueAsync(Func<Task<bool>> ask, string what, double seconds = 30) => GetAsync(ask, static answer => answer, what, seconds);

    /// <summary>Asks until the answer is yes.</summary>
    public static Task TrueAsync(Func<bool> ask, string what, double seconds = 30) => TrueAsync(() => Task.FromResult(ask()), what, seconds);
}
