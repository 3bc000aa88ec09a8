using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansAi.Contracts.Errors;
using OrleansAi.Engine.Integrity;
using OrleansAi.Journal;
using OrleansAi.Journal.Integrity;

namespace OrleansAi.Silo.Commands;

/// <summary>
/// <c>verify</c>: looks the journal over, straight in the storage, whether silos run or not. It writes nothing.
/// </summary>
internal static class VerifyCommand
{
    private const int Sound = 0;
    private const int Failed = 1;
    private const int Injured = 2;

    private const string Usage =
        """
        verify [--tenant NAME | --stream TENANT/ID] [--json]
            looks for records, contents, keys and index lines that are changed, missing, reordered or truncated, and names them;
            exit code 0: sound, 2: injured, 1: could not be verified
            --json  writes a JSON object a line: one for each injury, then one with what was looked over

        Configuration is read as by the silo: appsettings.json, environment, --OrleansAi:Storage:Provider=…
        """;

    /// <summary>Does what was typed.</summary>
    /// <returns>0 when the journal is sound, 2 when it is injured, 1 when that could not be found out.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> args, TextWriter output, TextWriter errors)
    {
        try
        {
            var line = new CommandLine(args, ["json"], "tenant", "stream");
            if (line.Words.Count > 0 || (line.Text("tenant") is not null && line.Text("stream") is not null))
            {
                await errors.WriteLineAsync(Usage);
                return Failed;
            }

            var scope = new IntegrityScope(line.Text("tenant"), line.Text("stream"));
            var isJson = line.Has("json");
            await using var services = CommandServices.Create(line.Configuration);
            using var stop = new CancellationTokenSource();
            using var interrupt = System.Runtime.InteropServices.PosixSignalRegistration.Create(
                System.Runtime.InteropServices.PosixSignal.SIGINT,
                signal =>
                {
                    signal.Cancel = true;
                    stop.Cancel();
                });
            var report = await new JournalVerifier(services.GetRequiredService<IIntegritySource>()).VerifyAsync(
                scope, injury => output.WriteLine(isJson ? ToJson(injury) : ToText(injury)), stop.Token);
            await output.WriteLineAsync(isJson ? ToJson(report) : ToText(report));
            return report.IsSound ? Sound : Injured;
        }
        catch (OrleansAiException exception)
        {
            await errors.WriteLineAsync(exception.Message);
            return Failed;
        }
        catch (JournalException exception)
        {
            await errors.WriteLineAsync($"The storage cannot be verified: {exception.Message}");
            return Failed;
        }
        catch (OperationCanceledException)
        {
            await errors.WriteLineAsync("Stopped before everything was looked over.");
            return Failed;
        }
    }

    private static string ToText(Injury injury) => string.Create(
        CultureInfo.InvariantCulture, $"{injury.Stream} {(injury.Position is { } position ? position : "-")} {KindOf(injury)}: {injury.Detail} [{injury.Table}]");

    private static string ToText(IntegrityReport report)
    {
        var unchained = report.Unchained > 0
            ? string.Create(CultureInfo.InvariantCulture, $" ({report.Unchained} of them from before there were hashes)")
            : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{(report.IsSound ? "Sound" : $"{report.Injuries} injuries")}: {report.Streams} streams, {report.Records} records{unchained}, {report.Contents} contents, {report.Runs} runs, {report.IdempotencyKeys} idempotency keys.");
    }

    private static string ToJson(Injury injury) => JsonSerializer.Serialize(
        new InjuryLine(injury.Stream, injury.Position, KindOf(injury), injury.Table, injury.Detail), VerifyJsonContext.Default.InjuryLine);

    private static string ToJson(IntegrityReport report) => JsonSerializer.Serialize(
        new ReportLine(
            report.IsSound, report.Injuries, report.Streams, report.Records, report.Unchained, report.Contents, report.Runs, report.IdempotencyKeys),
        VerifyJsonContext.Default.ReportLine);

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
internal sealed partial class VerifyJsonContext : JsonSerializerContext;
