namespace OrleansAi.Tests.Unit.Vendors.WireContracts;

/// <summary>Answers as the vendors send them; every one is exact.</summary>
internal static class WireSamples
{
    public const string OpenAiText = """
        {"id":"chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT","object":"chat.completion","created":1741569952,"model":"gpt-5-2026-01-01",
         "choices":[{"index":0,"message":{"role":"assistant","content":"Hello! How can I assist you today?","refusal":null,"annotations":[]},
         "logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":19,"completion_tokens":10,"total_tokens":29,
         "prompt_tokens_details":{"cached_tokens":0,"audio_tokens":0},"completion_tokens_details":{"reasoning_tokens":0,"audio_tokens":0,
         "accepted_prediction_tokens":0,"rejected_prediction_tokens":0}},"service_tier":"default","system_fingerprint":"fp_44709d6fcb"}
        """;

    public const string OpenAiStream = """
        : keep-alive

        data: {"id":"chatcmpl-123","object":"chat.completion.chunk","created":1694268190,"model":"gpt-5","service_tier":"default","system_fingerprint":"fp_1","choices":[{"index":0,"delta":{"role":"assistant","content":"","refusal":null},"logprobs":null,"finish_reason":null}],"usage":null,"obfuscation":"x1"}

        data: {"id":"chatcmpl-123","object":"chat.completion.chunk","created":1694268190,"model":"gpt-5","system_fingerprint":"fp_1","choices":[{"index":0,"delta":{"content":"Hello"},"logprobs":null,"finish_reason":null}]}

        data: {"id":"chatcmpl-123","object":"chat.completion.chunk","created":1694268190,"model":"gpt-5","system_fingerprint":"fp_1","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"call_1","type":"function","function":{"name":"get","arguments":""}}]},"finish_reason":null}]}

        data: {"id":"chatcmpl-123","object":"chat.completion.chunk","created":1694268190,"model":"gpt-5","system_fingerprint":"fp_1","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{\"a\":1}"}}]},"finish_reason":null}]}

        data: {"id":"chatcmpl-123","object":"chat.completion.chunk","created":1694268190,"model":"gpt-5","system_fingerprint":"fp_1","choices":[{"index":0,"delta":{},"logprobs":null,"finish_reason":"tool_calls"}]}

        data: {"id":"chatcmpl-123","object":"chat.completion.chunk","created":1694268190,"model":"gpt-5","choices":[],"usage":{"prompt_tokens":9,"completion_tokens":12,"total_tokens":21}}

        data: [DONE]


        """;

    public const string AzureStream = """
        data: {"choices":[],"created":0,"id":"","model":"","object":"","prompt_filter_results":[{"prompt_index":0,"content_filter_results":{"hate":{"filtered":false,"severity":"safe"},"jailbreak":{"filtered":false,"detected":false}}}]}

        data: {"choices":[{"content_filter_results":{},"delta":{"content":"","refusal":null,"role":"assistant"},"finish_reason":null,"index":0,"logprobs":null}],"created":1,"id":"chatcmpl-1","model":"gpt-4o-2024-11-20","object":"chat.completion.chunk","system_fingerprint":"fp_1"}

        data: {"choices":[{"content_filter_results":{"violence":{"filtered":false,"severity":"safe"}},"delta":{"content":"Hi"},"finish_reason":null,"index":0,"logprobs":null}],"created":1,"id":"chatcmpl-1","model":"gpt-4o-2024-11-20","object":"chat.completion.chunk","system_fingerprint":"fp_1"}

        data: {"choices":[{"content_filter_offsets":{"check_offset":44,"start_offset":44,"end_offset":198},"content_filter_results":{"hate":{"filtered":false,"severity":"low"}},"finish_reason":null,"index":0}],"created":0,"id":"","model":"","object":""}

        data: {"choices":[{"content_filter_results":{},"delta":{},"finish_reason":"stop","index":0,"logprobs":null}],"created":1,"id":"chatcmpl-1","model":"gpt-4o-2024-11-20","object":"chat.completion.chunk","system_fingerprint":"fp_1"}

        data: [DONE]


        """;

    public const string ResponsesStream = """
        event: response.created
        data: {"type":"response.created","sequence_number":0,"response":{"id":"resp_1","object":"response","created_at":1741290958,"status":"in_progress","background":false,"error":null,"incomplete_details":null,"instructions":"Be kind.","max_output_tokens":null,"max_tool_calls":null,"model":"gpt-5-2026-01-01","output":[],"parallel_tool_calls":true,"previous_response_id":null,"prompt_cache_key":null,"reasoning":{"effort":null,"summary":null},"safety_identifier":null,"service_tier":"auto","store":true,"temperature":1.0,"text":{"format":{"type":"text"},"verbosity":"medium"},"tool_choice":"auto","tools":[],"top_logprobs":0,"top_p":1.0,"truncation":"disabled","usage":null,"user":null,"metadata":{}}}

        event: response.output_item.added
        data: {"type":"response.output_item.added","sequence_number":1,"output_index":0,"item":{"id":"rs_1","type":"reasoning","summary":[]}}

        event: response.reasoning_summary_text.delta
        data: {"type":"response.reasoning_summary_text.delta","sequence_number":2,"item_id":"rs_1","output_index":0,"summary_index":0,"delta":"Hm","obfuscation":"a"}

        event: response.output_item.added
        data: {"type":"response.output_item.added","sequence_number":3,"output_index":1,"item":{"id":"msg_1","type":"message","status":"in_progress","role":"assistant","content":[]}}

        event: response.content_part.added
        data: {"type":"response.content_part.added","sequence_number":4,"item_id":"msg_1","output_index":1,"content_index":0,"part":{"type":"output_text","text":"","annotations":[],"logprobs":[]}}

        event: response.output_text.delta
        data: {"type":"response.output_text.delta","sequence_number":5,"item_id":"msg_1","output_index":1,"content_index":0,"delta":"Hi","logprobs":[],"obfuscation":"b"}

        event: response.output_text.done
        data: {"type":"response.output_text.done","sequence_number":6,"item_id":"msg_1","output_index":1,"content_index":0,"text":"Hi","logprobs":[]}

        event: response.function_call_arguments.delta
        data: {"type":"response.function_call_arguments.delta","sequence_number":7,"item_id":"fc_1","output_index":2,"delta":"{\"a\"","obfuscation":"c"}

        event: response.completed
        data: {"type":"response.completed","sequence_number":8,"response":{"id":"resp_1","object":"response","created_at":1741290958,"status":"completed","error":null,"incomplete_details":null,"model":"gpt-5-2026-01-01","output":[{"id":"rs_1","type":"reasoning","summary":[{"type":"summary_text","text":"Hm"}],"encrypted_content":"gAAA"},{"id":"msg_1","type":"message","status":"completed","role":"assistant","content":[{"type":"output_text","text":"Hi","annotations":[],"logprobs":[]}]},{"id":"fc_1","type":"function_call","status":"completed","arguments":"{}","call_id":"call_1","name":"get"}],"parallel_tool_calls":true,"tool_choice":"auto","tools":[{"type":"function","name":"get","parameters":{"type":"object"}}],"usage":{"input_tokens":37,"input_tokens_details":{"cached_tokens":0},"output_tokens":11,"output_tokens_details":{"reasoning_tokens":4},"total_tokens":48},"metadata":{}}}


        """;

    public const string AnthropicText = """
        {"id":"msg_013Zva2CMHLNnjNjJJKqJ2EF","type":"message","role":"assistant","model":"claude-opus-5-20260724",
         "content":[{"type":"thinking","thinking":"Hm.","signature":"EqQB"},{"type":"redacted_thinking","data":"EmwK"},
         {"type":"text","text":"Hi!","citations":null},{"type":"tool_use","id":"toolu_1","name":"get","input":{"a":{"b":[1]}}}],
         "stop_reason":"tool_use","stop_sequence":null,"stop_details":null,"container":null,
         "usage":{"input_tokens":2095,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,
         "cache_creation":{"ephemeral_5m_input_tokens":0,"ephemeral_1h_input_tokens":0},"output_tokens":503,"service_tier":"standard"}}
        """;

    public const string AnthropicRefusal = """
        {"id":"msg_1","type":"message","role":"assistant","model":"claude-opus-5","content":[],"stop_reason":"refusal","stop_sequence":null,
         "stop_details":{"type":"refusal","category":"cyber","explanation":"No."},"usage":{"input_tokens":5,"output_tokens":1}}
        """;

    public const string AnthropicStream = """
        event: message_start
        data: {"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","content":[],"model":"claude-opus-5","stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":25,"output_tokens":1}}}

        event: content_block_start
        data: {"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}

        event: ping
        data: {"type": "ping"}

        event: content_block_delta
        data: {"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"Hm"}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"EqQB"}}

        event: content_block_stop
        data: {"type":"content_block_stop","index":0}

        event: content_block_start
        data: {"type":"content_block_start","index":1,"content_block":{"type":"text","text":""}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"Hello"}}

        event: content_block_start
        data: {"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"toolu_1","name":"get","input":{}}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"{\"a\""}}

        event: message_delta
        data: {"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},"usage":{"output_tokens":15}}

        event: message_stop
        data: {"type":"message_stop"}


        """;

    public const string GeminiText = """
        {"candidates":[{"content":{"parts":[{"text":"Hm","thought":true},{"text":"Hi","thoughtSignature":"CiQB"},
         {"functionCall":{"id":"c1","name":"get","args":{"a":{"b":1}}},"thoughtSignature":"x"}],"role":"model"},"finishReason":"STOP","index":0,
         "avgLogprobs":-0.2,"safetyRatings":[{"category":"HARM_CATEGORY_HARASSMENT","probability":"NEGLIGIBLE","blocked":false}]}],
         "usageMetadata":{"promptTokenCount":4,"candidatesTokenCount":5,"totalTokenCount":12,"thoughtsTokenCount":3,"cachedContentTokenCount":1,
         "promptTokensDetails":[{"modality":"TEXT","tokenCount":4}]},"modelVersion":"gemini-3-pro-001","responseId":"abc"}
        """;

    public const string GeminiBlocked =
        """{"promptFeedback":{"blockReason":"PROHIBITED_CONTENT"},"usageMetadata":{"promptTokenCount":4,"totalTokenCount":4},"modelVersion":"gemini-3-pro"}""";

    public const string GeminiStream = """
        data: {"candidates": [{"content": {"parts": [{"text": "Hel"}],"role": "model"},"index": 0}],"usageMetadata": {"promptTokenCount": 4,"totalTokenCount": 4},"modelVersion": "gemini-3-pro","responseId": "r"}

        data: {"candidates": [{"content": {"role": "model"},"finishReason": "MAX_TOKENS","index": 0}],"usageMetadata": {"promptTokenCount": 4,"candidatesTokenCount": 2,"totalTokenCount": 6},"modelVersion": "gemini-3-pro","responseId": "r"}


        """;

    public const string OllamaText = """
        {"model":"llama3.2","created_at":"2026-08-04T08:52:19.385406455-07:00","message":{"role":"assistant","content":"","thinking":"Hm",
         "tool_calls":[{"id":"call_1","function":{"index":0,"name":"get","arguments":{"city":"Paris"}}}]},"done_reason":"stop","done":true,
         "total_duration":5589157167,"load_duration":3013701500,"prompt_eval_count":46,"prompt_eval_duration":1160282000,"eval_count":113,"eval_duration":1325948000}
        """;

    public const string OllamaStream = """
        {"model":"llama3.2","created_at":"2026-08-04T08:52:19.385406455Z","message":{"role":"assistant","content":"The"},"done":false}
        {"model":"llama3.2","created_at":"2026-08-04T08:52:19.385406455Z","message":{"role":"assistant","content":""},"done_reason":"length","done":true,"total_duration":1,"load_duration":1,"prompt_eval_count":26,"prompt_eval_duration":1,"eval_count":282,"eval_duration":1}
        """;

    public static readonly string OpenAiTools = OpenAiText
        .Replace("\"content\":\"Hello! How can I assist you today?\"", """
            "content":null,"tool_calls":[{"id":"call_1","type":"function","function":{"name":"get","arguments":"{}"}},{"id":"call_2","type":"custom","custom":{"name":"c","input":"i"}}]
            """, StringComparison.Ordinal)
        .Replace("\"stop\"", "\"tool_calls\"", StringComparison.Ordinal);

    public static readonly string OpenAiRefusal = OpenAiText
        .Replace("\"content\":\"Hello! How can I assist you today?\",\"refusal\":null", "\"content\":null,\"refusal\":\"No.\"", StringComparison.Ordinal);

    public static readonly string AzureText = OpenAiText
        .Replace("\"finish_reason\"", """
            "content_filter_results":{"hate":{"filtered":false,"severity":"safe"},"protected_material_code":{"filtered":false,"detected":false}},"finish_reason"
            """, StringComparison.Ordinal)
        .Replace("\"usage\"", """
            "prompt_filter_results":[{"prompt_index":0,"content_filter_results":{"jailbreak":{"filtered":false,"detected":false}}}],"usage"
            """, StringComparison.Ordinal);

    /// <summary>The whole answer in the last event of <see cref="ResponsesStream"/>.</summary>
    public static readonly string ResponsesWhole = Last(ResponsesStream, "\"response\":");

    /// <summary>Every whole answer, with its API.</summary>
    public static IEnumerable<(string Api, string Body)> Bodies =>
    [
        ("openai.chat", OpenAiText), ("openai.chat", OpenAiTools), ("openai.chat", OpenAiRefusal),
        ("azure-openai.chat", AzureText), ("azure-openai.chat", OpenAiText), ("openai.responses", ResponsesWhole),
        ("anthropic.messages", AnthropicText), ("anthropic.messages", AnthropicRefusal),
        ("gemini.generate-content", GeminiText), ("gemini.generate-content", GeminiBlocked), ("ollama.chat", OllamaText),
    ];

    /// <summary>Every stream, with its API.</summary>
    public static IEnumerable<(string Api, string Body)> Streams =>
    [
        ("openai.chat", OpenAiStream), ("azure-openai.chat", AzureStream), ("openai.responses", ResponsesStream),
        ("anthropic.messages", AnthropicStream), ("gemini.generate-content", GeminiStream), ("ollama.chat", OllamaStream),
    ];

    private static string Last(string text, string mark)
    {
        var rest = text[(text.LastIndexOf(mark, StringComparison.Ordinal) + mark.Length)..].Trim();
        return rest[..^1];
    }
}
