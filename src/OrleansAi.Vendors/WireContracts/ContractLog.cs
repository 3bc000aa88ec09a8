using Microsoft.Extensions.Logging;

namespace OrleansAi.Vendors.WireContracts;

/// <summary>The log lines of first-seen differences, event ids 2101 to 2109: one for each kind and one for the bound.</summary>
internal static partial class ContractLog
{
    public static void Write(ILogger logger, string vendor, string model, string api, string runId, ContractFinding finding)
    {
        var (path, sample, value) = (finding.Path, finding.Sample, finding.Value ?? "");
        switch (finding.Kind)
        {
            case ContractFindingKind.UnknownField:
                UnknownField(logger, vendor, model, api, path, sample, runId);
                break;
            case ContractFindingKind.UnknownValue:
                UnknownValue(logger, vendor, model, api, path, value, runId);
                break;
            case ContractFindingKind.UnknownEvent:
                UnknownEvent(logger, vendor, model, api, value, runId);
                break;
            case ContractFindingKind.UnknownHeader:
                UnknownHeader(logger, vendor, model, api, value, runId);
                break;
            case ContractFindingKind.MissingField:
                MissingField(logger, vendor, model, api, path, runId);
                break;
            case ContractFindingKind.WrongType:
                WrongType(logger, vendor, model, api, path, sample, runId);
                break;
            case ContractFindingKind.NotJson:
                NotJson(logger, vendor, model, api, sample, runId);
                break;
            case ContractFindingKind.ServedModelDiffers:
                ServedModelDiffers(logger, vendor, model, api, value, runId);
                break;
            default:
                throw new InvalidOperationException($"No log line for {finding.Kind}.");
        }
    }

    [LoggerMessage(2109, LogLevel.Warning,
        "More than {Most} differences from contracts; the rest is only counted, beginning with {Vendor}/{Model} {Api}")]
    public static partial void Overflow(ILogger logger, int most, string vendor, string model, string api);

    [LoggerMessage(2101, LogLevel.Warning, "{Vendor}/{Model} {Api}: unknown field {Path} ({Sample}), first in run {RunId}")]
    private static partial void UnknownField(
        ILogger logger, string vendor, string model, string api, string path, string sample, string runId);

    [LoggerMessage(2102, LogLevel.Warning, "{Vendor}/{Model} {Api}: unknown value '{Value}' of {Path}, first in run {RunId}")]
    private static partial void UnknownValue(
        ILogger logger, string vendor, string model, string api, string path, string value, string runId);

    [LoggerMessage(2103, LogLevel.Warning, "{Vendor}/{Model} {Api}: unknown event '{Value}', first in run {RunId}")]
    private static partial void UnknownEvent(ILogger logger, string vendor, string model, string api, string value, string runId);

    [LoggerMessage(2104, LogLevel.Warning, "{Vendor}/{Model} {Api}: unknown header '{Value}', first in run {RunId}")]
    private static partial void UnknownHeader(ILogger logger, string vendor, string model, string api, string value, string runId);

    [LoggerMessage(2105, LogLevel.Warning, "{Vendor}/{Model} {Api}: {Path} is missing, first in run {RunId}")]
    private static partial void MissingField(ILogger logger, string vendor, string model, string api, string path, string runId);

    [LoggerMessage(2106, LogLevel.Warning, "{Vendor}/{Model} {Api}: {Path} has another type ({Sample}), first in run {RunId}")]
    private static partial void WrongType(
        ILogger logger, string vendor, string model, string api, string path, string sample, string runId);

    [LoggerMessage(2107, LogLevel.Warning, "{Vendor}/{Model} {Api}: not JSON ({Sample}), first in run {RunId}")]
    private static partial void NotJson(ILogger logger, string vendor, string model, string api, string sample, string runId);

    [LoggerMessage(2108, LogLevel.Warning, "{Vendor}/{Model} {Api}: '{Value}' was served, first in run {RunId}")]
    private static partial void ServedModelDiffers(
        ILogger logger, string vendor, string model, string api, string value, string runId);
}
