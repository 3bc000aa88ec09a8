using OrleansAi.Contracts.Errors;

namespace OrleansAi.Knowledge.Documents;

/// <summary>Errors about documents. None of them says what is in one.</summary>
internal static class DocumentErrors
{
    public static OrleansAiException Invalid(string what, Exception? inner = null) => inner is null
        ? new OrleansAiException(ErrorCodes.InvalidFile, what) { Param = "file" }
        : new OrleansAiException(ErrorCodes.InvalidFile, what, inner) { Param = "file" };

    public static OrleansAiException Unsupported(string what) => new(ErrorCodes.UnsupportedFile, what) { Param = "file" };

    public static OrleansAiException TooLarge(string what) => new(ErrorCodes.DocumentTooLarge, what) { Param = "file" };

    public static OrleansAiException Timeout(TimeSpan limit, Exception? inner = null)
    {
        var what = $"The document could not be read in {limit.TotalSeconds:0.#} s; split it, or send it as plain text.";
        return inner is null
            ? new OrleansAiException(ErrorCodes.DocumentTimeout, what) { Param = "file" }
            : new OrleansAiException(ErrorCodes.DocumentTimeout, what, inner) { Param = "file" };
    }
}
