using System.Diagnostics;
using OrleansAi.Contracts.Runs;
using OrleansAi.Contracts.Telemetry;
using OrleansAi.Engine.Records;

namespace OrleansAi.Engine.Runs;

/// <summary>The span of a step that is executed. A step that is taken from the record has none: nothing happens then.</summary>
internal static class StepSpan
{
    public static Activity? Start(Stage stage, int index, string inputHash, RunPlan plan)
    {
        if (!TelemetrySources.Activities.HasListeners())
        {
            return null;
        }

        var name = NameOf(stage);
        var activity = TelemetrySources.Activities.StartActivity(name);
        activity?.SetTag(TelemetryNames.RunId, plan.Admitted.RunId);
        activity?.SetTag(TelemetryNames.StageTag, name);
        activity?.SetTag("orleansai.step", index);
        activity?.SetTag(TelemetryNames.Attempt, plan.Recoveries + 1);
        activity?.SetTag(TelemetryNames.Silo, plan.Silo);
        activity?.SetTag(TelemetryNames.InputHash, inputHash);
        return activity;
    }

    public static void End(Activity? activity, StepBody step)
    {
        if (activity is null)
        {
            return;
        }

        if (step.Prompt is { } prompt)
        {
            activity.SetTag(TelemetryNames.Vendor, prompt.Vendor);
            activity.SetTag("orleansai.prompt.turns", prompt.Turns);
            activity.SetTag("orleansai.prompt.messages", prompt.Messages);
        }

        if (step.Error is { } error)
        {
            activity.SetTag(TelemetryNames.ErrorType, error.Code);
            activity.SetStatus(ActivityStatusCode.Error, error.Code);
        }
    }

    // PromptAssembly is prompt_assembly.
    private static string NameOf(Stage stage) =>
        System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(stage.ToString());
}
