using OrleansAi.Contracts.Transcripts;

namespace OrleansAi.Engine.Compare;

/// <summary>Kinds of items as comparisons call them.</summary>
internal static class ItemNames
{
    public static string Of(ItemKind kind) => kind switch
    {
        ItemKind.FunctionCall => "function_call",
        ItemKind.FunctionCallOutput => "function_call_output",
        ItemKind.Reasoning => "reasoning",
        ItemKind.Compaction => "compaction",
        _ => "message",
    };
}
