using OrleansAi.Contracts.Errors;

namespace OrleansAi.Http.Errors;

/// <summary>Refusals of malformed requests.</summary>
internal static class Invalid
{
    public static OrleansAiException Request(string message, string? param = null) =>
        new(ErrorCodes.InvalidRequest, message) { Param = param };

    public static OrleansAiException NotSupported(string param, string what) =>
        Request($"'{param}' is {what}, which is not supported; leave it out.", param);
}
