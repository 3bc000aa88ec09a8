using System.ComponentModel.DataAnnotations;

namespace OrleansAi.Http.Hosting;

/// <summary>The section <c>OrleansAi:Http</c>: the limits of a request.</summary>
public sealed class HttpOptions
{
    /// <summary>The name of the section.</summary>
    public const string Section = "OrleansAi:Http";

    /// <summary>The default of <see cref="MaxBodyBytes"/>.</summary>
    public const int DefaultMaxBodyBytes = 16 << 20;

    /// <summary>The default of <see cref="MaxMessages"/>.</summary>
    public const int DefaultMaxMessages = 1_000;

    /// <summary>The default of <see cref="KeepAliveSeconds"/>.</summary>
    public const int DefaultKeepAliveSeconds = 15;

    /// <summary>The default of <see cref="SlowReaderSeconds"/>.</summary>
    public const int DefaultSlowReaderSeconds = 30;

    /// <summary>The default of <see cref="MaxOpenStreams"/>.</summary>
    public const int DefaultMaxOpenStreams = 10_000;

    /// <summary>The default of <see cref="WebSocketLifetimeSeconds"/>.</summary>
    public const int DefaultWebSocketLifetimeSeconds = 3_600;

    /// <summary>The default of <see cref="WebSocketDrainSeconds"/>.</summary>
    public const int DefaultWebSocketDrainSeconds = 10;

    /// <summary>The default of <see cref="MaxWebSocketLanes"/>.</summary>
    public const int DefaultMaxWebSocketLanes = 32;

    /// <summary>The default of <see cref="MaxWebSocketResponses"/>.</summary>
    public const int DefaultMaxWebSocketResponses = 16;

    /// <summary>The default of <see cref="MaxWebSocketPending"/>.</summary>
    public const int DefaultMaxWebSocketPending = 64;

    /// <summary>The default of <see cref="MaxWebSocketStateBytes"/>.</summary>
    public const int DefaultMaxWebSocketStateBytes = 256 << 20;

    /// <summary>The default of <see cref="MaxJsonDepth"/>.</summary>
    public const int DefaultMaxJsonDepth = 64;

    /// <summary>The default of <see cref="MaxItems"/>.</summary>
    public const int DefaultMaxItems = 10_000;

    /// <summary>The default of <see cref="MaxStringLength"/>.</summary>
    public const int DefaultMaxStringLength = 10 << 20;

    /// <summary>The default of <see cref="MaxTools"/>.</summary>
    public const int DefaultMaxTools = 128;

    /// <summary>The default of <see cref="MaxSchemaBytes"/>.</summary>
    public const int DefaultMaxSchemaBytes = 256 << 10;

    /// <summary>The default of <see cref="MaxEmbeddingInputs"/>.</summary>
    public const int DefaultMaxEmbeddingInputs = 2_048;

    /// <summary>The default of <see cref="MaxEmbeddingInputCharacters"/>.</summary>
    public const int DefaultMaxEmbeddingInputCharacters = 65_536;

    /// <summary>The default of <see cref="MaxEmbeddingInputTokens"/>.</summary>
    public const int DefaultMaxEmbeddingInputTokens = 8_192;

    /// <summary>The default of <see cref="EmbeddingTimeoutSeconds"/>.</summary>
    public const int DefaultEmbeddingTimeoutSeconds = 120;

    /// <summary>The default of <see cref="MaxChoices"/>.</summary>
    public const int DefaultMaxChoices = 8;

    /// <summary>The default of <see cref="MaxForks"/>.</summary>
    public const int DefaultMaxForks = 16;

    /// <summary>The default of <see cref="MaxDescriptionLength"/>.</summary>
    public const int DefaultMaxDescriptionLength = 10_000;

    /// <value>
    /// The largest request body in bytes; a larger one is refused with <c>request_too_large</c>. The default value is 16 MiB;
    /// 64 MiB is the most, because silos take no messages of more than 100 MB.
    /// </value>
    [Range(1_024, 64 << 20)]
    public int MaxBodyBytes { get; set; } = DefaultMaxBodyBytes;

    /// <value>The most messages in one request. The default value is 1,000.</value>
    [Range(1, 100_000)]
    public int MaxMessages { get; set; } = DefaultMaxMessages;

    /// <value>After how many silent seconds a stream sends a comment, so that proxies keep it open. The default value is 15.</value>
    [Range(1, 3_600)]
    public int KeepAliveSeconds { get; set; } = DefaultKeepAliveSeconds;

    /// <value>
    /// After how many seconds a stream whose client does not read is cut, and a WebSocket whose client sends no pong or
    /// leaves a message unfinished. The run goes on and can be followed anew. The default value is 30.
    /// </value>
    [Range(1, 3_600)]
    public int SlowReaderSeconds { get; set; } = DefaultSlowReaderSeconds;

    /// <value>
    /// The most streams and WebSockets that are open at once in this process; a further one is refused with
    /// <c>overloaded</c> before its turn is admitted. The default value is 10,000.
    /// </value>
    [Range(1, 1_000_000)]
    public int MaxOpenStreams { get; set; } = DefaultMaxOpenStreams;

    /// <value>How long a WebSocket may be used, in seconds; then it takes no more turns. The default value is 3,600.</value>
    [Range(1, 86_400)]
    public int WebSocketLifetimeSeconds { get; set; } = DefaultWebSocketLifetimeSeconds;

    /// <value>How many seconds a stopping process lets the responses of its WebSockets go on. The default value is 10.</value>
    [Range(0, 25)]
    public int WebSocketDrainSeconds { get; set; } = DefaultWebSocketDrainSeconds;

    /// <value>The most named lanes of one WebSocket. The default value is 32.</value>
    [Range(1, 1_000)]
    public int MaxWebSocketLanes { get; set; } = DefaultMaxWebSocketLanes;

    /// <value>The most responses of one WebSocket that run at once; further ones wait. The default value is 16.</value>
    [Range(1, 1_000)]
    public int MaxWebSocketResponses { get; set; } = DefaultMaxWebSocketResponses;

    /// <value>
    /// The most requests of one WebSocket that wait or run; a further one is refused with <c>overloaded</c>, and so is one
    /// that would make the bodies of those that wait larger than <see cref="MaxBodyBytes"/> together. The default value is 64.
    /// </value>
    [Range(1, 10_000)]
    public int MaxWebSocketPending { get; set; } = DefaultMaxWebSocketPending;

    /// <value>
    /// The most bytes that all WebSockets of this process keep together of responses that are not stored, so that the next turn
    /// can continue them; one of them may have a sixteenth. What does not fit is not kept. The default value is 256 MiB.
    /// </value>
    [Range(0, int.MaxValue)]
    public int MaxWebSocketStateBytes { get; set; } = DefaultMaxWebSocketStateBytes;

    /// <value>
    /// How deep arrays and objects of a body may be nested; deeper ones are refused with <c>json_too_deep</c>. The default
    /// value is 64.
    /// </value>
    [Range(8, 512)]
    public int MaxJsonDepth { get; set; } = DefaultMaxJsonDepth;

    /// <value>
    /// The most values in one array or object of a body; more are refused with <c>too_many_items</c>. The default value is
    /// 10,000.
    /// </value>
    [Range(16, 10_000_000)]
    public int MaxItems { get; set; } = DefaultMaxItems;

    /// <value>
    /// The longest string of a body, in bytes as it stands there; a longer one is refused with <c>string_too_long</c>. The
    /// default value is 10 MiB.
    /// </value>
    [Range(1_024, 64 << 20)]
    public int MaxStringLength { get; set; } = DefaultMaxStringLength;

    /// <value>The most tools in one request; more are refused with <c>too_many_tools</c>. The default value is 128.</value>
    [Range(0, 10_000)]
    public int MaxTools { get; set; } = DefaultMaxTools;

    /// <value>
    /// The largest JSON schema of a tool or an output format, in bytes; a larger one is refused with
    /// <c>schema_too_large</c>. The default value is 256 KiB.
    /// </value>
    [Range(64, 16 << 20)]
    public int MaxSchemaBytes { get; set; } = DefaultMaxSchemaBytes;

    /// <value>The most forks of a run that are made at once (<c>count</c>). The default value is 16.</value>
    [Range(1, 128)]
    public int MaxForks { get; set; } = DefaultMaxForks;

    /// <value>The most choices of one chat completion (<c>n</c>). The default value is 8.</value>
    [Range(1, 128)]
    public int MaxChoices { get; set; } = DefaultMaxChoices;

    /// <value>
    /// The longest description of a tool or an output format, in characters; a longer one is refused with
    /// <c>string_too_long</c>. The default value is 10,000.
    /// </value>
    [Range(64, 1_000_000)]
    public int MaxDescriptionLength { get; set; } = DefaultMaxDescriptionLength;

    /// <value>
    /// The most texts in one request for embeddings; more are refused with <c>too_many_inputs</c>. The default value is 2,048.
    /// </value>
    [Range(1, 100_000)]
    public int MaxEmbeddingInputs { get; set; } = DefaultMaxEmbeddingInputs;

    /// <value>
    /// The longest text to embed, in characters; a longer one is refused with <c>input_too_long</c>. The default value is 65,536.
    /// </value>
    [Range(1, 10_000_000)]
    public int MaxEmbeddingInputCharacters { get; set; } = DefaultMaxEmbeddingInputCharacters;

    /// <value>
    /// The longest text to embed that is given as tokens, in tokens; a longer one is refused with <c>input_too_long</c>. The
    /// default value is 8,192.
    /// </value>
    [Range(1, 1_000_000)]
    public int MaxEmbeddingInputTokens { get; set; } = DefaultMaxEmbeddingInputTokens;

    /// <value>How long a request for embeddings may take, in seconds; then it fails with <c>vendor_timeout</c>. The default value is 120.</value>
    [Range(1, 3_600)]
    public int EmbeddingTimeoutSeconds { get; set; } = DefaultEmbeddingTimeoutSeconds;
}
