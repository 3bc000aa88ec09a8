namespace OrleansAi.Http.Requests;

/// <summary>Fields that are taken and have no effect here: of the right type all the same, so that no caller learns to rely on nonsense.</summary>
internal static class TakenFields
{
    private const int LongestIdentifier = 512;

    public static void Read(JsonFields fields)
    {
        fields.Flag("parallel_tool_calls");
        fields.Flag("store");
        fields.Integer("max_tool_calls", 0);
        fields.Text("safety_identifier", LongestIdentifier);
        fields.Text("prompt_cache_key", LongestIdentifier);
        fields.Text("user", LongestIdentifier);
    }
}
