namespace OrleansAi.Contracts.Ids;

/// <summary>What an id begins with.</summary>
public static class IdPrefixes
{
    /// <summary>A run that began as a response.</summary>
    public const string Response = "resp_";

    /// <summary>A run that began as a stateless chat completion.</summary>
    public const string ChatCompletion = "chatcmpl-";

    /// <summary>A conversation that a caller made.</summary>
    public const string Conversation = "conv_";

    /// <summary>The hidden conversation behind responses that name none.</summary>
    public const string Thread = "thread_";

    /// <summary>A message item.</summary>
    public const string Message = "msg_";

    /// <summary>A project, which is a tenant.</summary>
    public const string Project = "proj_";

    /// <summary>A reasoning item.</summary>
    public const string Reasoning = "rs_";

    /// <summary>A function call item.</summary>
    public const string FunctionCall = "fc_";

    /// <summary>The item of a function call's output.</summary>
    public const string FunctionCallOutput = "fco_";

    /// <summary>A compaction item.</summary>
    public const string Compaction = "cmp_";

    /// <summary>The item of a search of collections.</summary>
    public const string FileSearchCall = "fs_";

    /// <summary>A file.</summary>
    public const string File = "file-";

    /// <summary>A collection.</summary>
    public const string Collection = "vs_";

    /// <summary>The indexing of a collection's documents, while the index of runs has it.</summary>
    public const string Ingestion = "ingest_";

    /// <summary>Documents that were added to a collection together.</summary>
    public const string DocumentBatch = "vsfb_";

    /// <summary>A command to a collection, so that it is carried out once.</summary>
    public const string Command = "cmd_";

    /// <summary>An HTTP request.</summary>
    public const string Request = "req_";
}
