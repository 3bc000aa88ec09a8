using OrleansAi.Contracts.Collections;
using OrleansAi.Contracts.Errors;

namespace OrleansAi.Http.VectorStores;

/// <summary>Refusals of the collection, with the names that a request's fields have.</summary>
internal static class VectorStoreErrors
{
    /// <summary>The same refusal, of a field.</summary>
    public static OrleansAiException Of(OrleansAiException error, string field) => new(error.Code, error.Message, error)
    {
        Param = field,
        IsTransient = error.IsTransient,
        RetryAfter = error.RetryAfter,
    };

    /// <summary>Carries a call out whose file is in a field of another name.</summary>
    public static async Task<T> NamingFilesAsync<T>(Task<T> call, string field)
    {
        try
        {
            return await call;
        }
        catch (OrleansAiException exception) when (exception.Code == ErrorCodes.FileNotFound)
        {
            throw Of(exception, field);
        }
    }

    /// <summary>Carries a search out.</summary>
    public static async Task<CollectionAnswer> NamingVersionsAsync(Task<CollectionAnswer> call, CollectionSearch search)
    {
        try
        {
            return await call;
        }
        catch (OrleansAiException exception) when (exception is { Param: null, Code: ErrorCodes.VersionNotReached or ErrorCodes.VersionNotRetained })
        {
            throw Of(exception, search.AtVersion is null ? "min_version" : "at_version");
        }
    }
}
