namespace OrleansAi.Contracts.Transcripts;

/// <summary>What an assistant's message is to an answer of several.</summary>
public static class MessagePhases
{
    /// <summary>Said on the way to the answer.</summary>
    public const string Commentary = "commentary";

    /// <summary>The answer itself.</summary>
    public const string FinalAnswer = "final_answer";
}
