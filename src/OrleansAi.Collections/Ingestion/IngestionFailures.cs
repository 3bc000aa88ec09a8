using System.Collections.Frozen;
using OrleansAi.Contracts.Errors;

namespace OrleansAi.Collections.Ingestion;

/// <summary>What becomes of a document whose ingestion failed.</summary>
internal static class IngestionFailures
{
    private static readonly FrozenSet<string> Passing = new[]
    {
        ErrorCodes.StorageUnavailable, ErrorCodes.VendorFailed, ErrorCodes.VendorUnavailable, ErrorCodes.VendorTimeout, ErrorCodes.RateLimited,
        ErrorCodes.Overloaded,
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>True for trouble that may pass. What is no error of ours may be anything, so it is tried again too.</summary>
    public static bool MayPass(Exception exception) =>
        exception is not OrleansAiException error || error.IsTransient || Passing.Contains(error.Code);

    /// <summary>True for trouble of the store, with which nothing can be written down about the document either.</summary>
    public static bool IsStore(Exception exception) => exception is OrleansAiException { Code: ErrorCodes.StorageUnavailable or ErrorCodes.VersionConflict };

    /// <summary>What is written down about the document. Nothing of a foreign message is: it may quote the document.</summary>
    public static (string Code, string Message) Describe(Exception exception) => exception is OrleansAiException error
        ? (error.Code, error.Message)
        : (ErrorCodes.Internal, "The document could not be ingested because of a defect; its details are in the log.");
}
