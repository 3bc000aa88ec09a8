using System.Net;

namespace OrleansAi.Vendors.Wire;

/// <summary>The connections to one vendor, with the capture below whatever SDK uses them. One for the life of the process.</summary>
internal static class VendorHttp
{
    /// <summary>A client without deadlines of its own: those are the pipeline's alone.</summary>
    public static HttpClient Create() => new(new CaptureHandler(new SocketsHttpHandler
    {
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        ConnectTimeout = TimeSpan.FromSeconds(10),
        AutomaticDecompression = DecompressionMethods.All,
    }))
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>The key of a vendor, wherever the configuration says that it is; null when it says nothing.</summary>
    public static string? ReadKey(VendorOptions options)
    {
        if (options.ApiKeyFile is { } file)
        {
            return File.ReadAllText(file).Trim();
        }

        return options.ApiKeyEnv is { } variable ? Environment.GetEnvironmentVariable(variable) : options.ApiKey;
    }

    /// <summary>Reads a body whole, up to <see cref="WireCapture.MostBytes"/>.</summary>
    /// <exception cref="IOException">It is larger, or was cut.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var buffer = new byte[4_096];
        var length = 0;
        while (true)
        {
            var read = await stream.ReadAsync(buffer.AsMemory(length), cancellationToken);
            if (read == 0)
            {
                return buffer.AsMemory(0, length);
            }

            length += read;
            if (length == buffer.Length)
            {
                if (length >= WireCapture.MostBytes)
                {
                    throw new IOException($"The vendor's answer is larger than {WireCapture.MostBytes} bytes.");
                }

                Array.Resize(ref buffer, length * 2);
            }
        }
    }
}
