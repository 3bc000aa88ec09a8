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
                scope, injury => output.WriteLine(isJson ? IntegrityLines.ToJson(injury) : IntegrityLines.ToText(injury)), stop.Token);
            await output.WriteLineAsync(isJson ? IntegrityLines.ToJson(report) : IntegrityLines.ToText(report));
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
}
