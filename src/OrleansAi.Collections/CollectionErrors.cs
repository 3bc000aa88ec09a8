using OrleansAi.Contracts.Errors;

namespace OrleansAi.Collections;

/// <summary>What can go wrong with collections, in words that may be shown.</summary>
internal static class CollectionErrors
{
    public static OrleansAiException NotFound(string id) => new(ErrorCodes.CollectionNotFound, $"There is no vector store '{id}'.");

    public static OrleansAiException DocumentNotFound(string id) =>
        new(ErrorCodes.DocumentNotFound, $"The vector store has no file '{(id.Length <= 64 ? id : id[..64])}'.");

    public static OrleansAiException BatchNotFound(string id) =>
        new(ErrorCodes.DocumentNotFound, $"The vector store has no file batch '{(id.Length <= 64 ? id : id[..64])}'.");

    public static OrleansAiException Moved() =>
        new(ErrorCodes.VersionConflict, "The vector store was written by another process again and again; try again.") { IsTransient = true };

    public static OrleansAiException Invalid(string message, string parameter) => new(ErrorCodes.InvalidRequest, message) { Param = parameter };
}
