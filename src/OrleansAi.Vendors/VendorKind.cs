namespace OrleansAi.Vendors;

/// <summary>How a vendor is spoken to.</summary>
public enum VendorKind
{
    /// <summary>The model in this process: it needs no network and answers from the conversation alone.</summary>
    Builtin,

    /// <summary>OpenAI's chat completions, or anything that speaks them.</summary>
    OpenAi,

    /// <summary>OpenAI's Responses API.</summary>
    OpenAiResponses,

    /// <summary>Chat completions of a deployment on Azure.</summary>
    AzureOpenAi,

    /// <summary>Anthropic's messages.</summary>
    Anthropic,

    /// <summary>Google's native generateContent.</summary>
    Gemini,

    /// <summary>Ollama's own chat API.</summary>
    Ollama,
}
