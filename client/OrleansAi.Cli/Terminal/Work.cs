using Spectre.Console;

namespace OrleansAi.Cli.Terminal;

/// <summary>Long work with a bar on standard error: none where a program reads or nobody looks.</summary>
internal static class Work
{
    /// <summary>Does something, and shows how far it is.</summary>
    /// <param name="session">Where the bar goes.</param>
    /// <param name="what">What is done.</param>
    /// <param name="most">How much there is to do; null when nobody knows.</param>
    /// <param name="doAsync">Does it; is given what to call with each amount that was done.</param>
    public static async Task<T> RunAsync<T>(Session session, string what, double? most, Func<Action<double>, Task<T>> doAsync)
    {
        if (session.IsJson || Console.IsErrorRedirected)
        {
            return await doAsync(static _ => { });
        }

        return await session.Errors.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn(), new SpinnerColumn())
            .StartAsync(async context =>
            {
                var task = context.AddTask(Markup.Escape(what), maxValue: most ?? 1);
                task.IsIndeterminate = most is null;
                return await doAsync(task.Increment);
            });
    }
}
