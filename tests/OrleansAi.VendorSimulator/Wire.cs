namespace OrleansAi.VendorSimulator;

/// <summary>A wire format that the simulator speaks.</summary>
public enum Wire
{
    /// <summary>OpenAI's chat completions.</summary>
    OpenAiChat,

    /// <summary>OpenAI's Responses API.</summary>
    OpenAiResponses,

    /// <summary>Chat completions as Azure answers them.</summary>
    AzureOpenAi,

    /// <summary>Anthropic's messages.</summary>
    Anthropic,

    /// <summary>Google's generateContent.</summary>
    Gemini,

    /// <summary>Ollama's chat.</summary>
    Ollama,
}
