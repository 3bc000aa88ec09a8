namespace OrleansAi.VendorDouble;

/// <summary>A call that the double has seen.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Model">The model asked for.</param>
/// <param name="Messages">Role and text of every message.</param>
/// <param name="IsStream">True when a stream was asked for.</param>
/// <param name="Body">The request as it came.</param>
public sealed record VendorCall(
    int Number, string Model, IReadOnlyList<(string Role, string Text)> Messages, bool IsStream, string Body)
{
    /// <summary>The text of the last message.</summary>
    public string LastMessage => Messages.Count > 0 ? Messages[^1].Text : "";
}
