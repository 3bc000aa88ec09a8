using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansAi.Engine.Integrity;

/// <summary>What a look over the journal found, in lines for a reader or for a program.</summary>
public static class IntegrityLines
{
    /// <summary>An injury for a reader.</summary>
    public static string ToText(Injury injury) => string.Create(
        CultureInfo.InvariantCulture, $"{injury.Stream} {(injury.Position is { } position ? position : "-")} {KindOf(injury)}: {injury.Detail} [{injury.Table}]");

    /// <summary>What was looked over, for a reader.</summary>
    public static string ToText(IntegrityReport report)
    {
        var unchained = report.Unchained > 0
            ? string.Create(CultureInfo.InvariantCulture, $" ({report.Unchained} of them from before there were hashes)")
            : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{(report.IsSound ? "Sound" : $"{report.Injuries} injuries")}: {report.Streams} streams, {report.Records} records{unchained}, {report.Contents} contents, {report.Runs} runs, {report.IdempotencyKeys} idempotency keys.");
    }

    /// <summary>An injury as a line of JSON.</summary>
    public static string ToJson(Injury injury) => JsonSerializer.Serialize(
        new InjuryLine(injury.Stream, injury.Position, KindOf(injury), injury.Table, injury.Detail), IntegrityJsonContext.Default.InjuryLine);

    /// <summary>What was looked over, as a line of JSON.</summary>
    public static string ToJson(IntegrityReport report) => JsonSerializer.Serialize(
        new ReportLine(
            report.IsSound, report.Injuries, report.Streams, report.Records, report.Unchained, report.Contents, report.Runs, report.IdempotencyKeys),
        IntegrityJsonContext.Default.ReportLine);

    private static string KindOf(Injury injury) => JsonNamingPolicy.SnakeCaseLower.ConvertName(injury.Kind.ToString());
}

/// <summary>An injury as a line of JSON.</summary>
internal sealed record InjuryLine(string Stream, long? Position, string Injury, string Table, string Detail);

/// <summary>What was looked over, as a line of JSON.</summary>
internal sealed record ReportLine(
    bool Sound, long Injuries, long Streams, long Records, long Unchained, long Contents, long Runs, long IdempotencyKeys);

/// <summary>The generated serializers of the lines.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(InjuryLine))]
[JsonSerializable(typeof(ReportLine))]
internal sealed partial class IntegrityJsonContext : JsonSerializerContext;
