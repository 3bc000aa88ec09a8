namespace OrleansAi.Http.WebSockets;

/// <summary>What came over a WebSocket.</summary>
internal enum SocketMessageKind
{
    /// <summary>A whole text message.</summary>
    Text,

    /// <summary>The beginning of a binary message, which is not read to its end.</summary>
    Binary,

    /// <summary>A message over the limit, which is not read to its end.</summary>
    TooLarge,

    /// <summary>The client closes.</summary>
    Close,
}

/// <summary>A message of the client.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Bytes">The text; empty for other kinds.</param>
internal readonly record struct SocketMessage(SocketMessageKind Kind, byte[] Bytes);
