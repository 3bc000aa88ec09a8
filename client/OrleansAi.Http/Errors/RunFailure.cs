using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Runs;

namespace OrleansAi.Http.Errors;

/// <summary>A failed run as the error of the request that waited for it.</summary>
internal static class RunFailure
{
    /// <summary>Gives the run back, unless it failed.</summary>
    /// <exception cref="OrleansAiException">It failed.</exception>
    public static RunView ThrowIfFailed(RunView run) => run is { Status: RunStatus.Failed, Error: { } error }
        ? throw Of(run, error, error.Param)
        : run;

    /// <summary>Gives the run of a chat completion back, unless it failed.</summary>
    /// <exception cref="OrleansAiException">It failed.</exception>
    public static RunView ThrowIfChatFailed(RunView run) => run is { Status: RunStatus.Failed, Error: { } error }
        ? throw Of(run, error, ChatName(error.Param))
        : run;

    /// <summary>What chat completions call a parameter of the Responses API.</summary>
    public static string? ChatName(string? param) => param switch
    {
        "input" => "messages",
        "max_output_tokens" => "max_completion_tokens",
        "reasoning.effort" => "reasoning_effort",
        "text.format" => "response_format",
        "text.verbosity" => "verbosity",
        _ => param,
    };

    private static OrleansAiException Of(RunView run, RunError error, string? param) => new(error.Code, error.Message)
    {
        RunId = run.Id,
        Param = param,
        RetryAfter = error.RetryAfterMilliseconds is { } wait ? TimeSpan.FromMilliseconds(wait) : null,
    };
}
