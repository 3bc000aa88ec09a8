using OrleansAi.Contracts.Errors;

namespace OrleansAi.Files;

/// <summary>What can go wrong with files, in words that may be shown.</summary>
public static class FileErrors
{
    /// <summary>There is no such file.</summary>
    public static OrleansAiException NotFound(string id) => new(ErrorCodes.FileNotFound, $"There is no file '{(id.Length <= 64 ? id : id[..64])}'.");

    /// <summary>A file is larger than the limit.</summary>
    public static OrleansAiException TooLarge(long limit) =>
        new(ErrorCodes.FileTooLarge, $"The file has more than {limit} bytes, which is the limit; send a smaller one.") { Param = "file" };

    internal static OrleansAiException Unavailable(string message) => new(ErrorCodes.StorageUnavailable, message)
    {
        IsTransient = true,
        RetryAfter = TimeSpan.FromSeconds(1),
    };

    internal static OrleansAiException Damaged(string message, Exception? inner = null) =>
        inner is null ? new(ErrorCodes.Internal, message) : new(ErrorCodes.Internal, message, inner);

    internal static OrleansAiException Moved(string what) =>
        new(ErrorCodes.VersionConflict, $"{what} was written by another process; try again.") { IsTransient = true };
}
