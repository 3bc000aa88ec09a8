using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace OrleansAi.Testing;

/// <summary>A program of the product as a process of its own, which can be killed like any other.</summary>
public sealed class SiloProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private bool _isDisposed;

    private SiloProcess(Process process, string url)
    {
        _process = process;
        Url = url;
        Http = new HttpClient
        {
            BaseAddress = Uri.TryCreate(url, UriKind.Absolute, out var address) ? address : null,
            Timeout = Timeout.InfiniteTimeSpan,
        };
        process.OutputDataReceived += Append;
        process.ErrorDataReceived += Append;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Where it listens.</summary>
    public string Url { get; }

    /// <summary>A client of it.</summary>
    public HttpClient Http { get; }

    /// <summary>When it was asked for the first time and was ready.</summary>
    public DateTimeOffset ReadyAt { get; private set; }

    /// <summary>The process id.</summary>
    public int Id => _process.Id;

    /// <summary>True once it has ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>What it wrote.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    /// <summary>Starts a program and waits until it is ready.</summary>
    /// <param name="assembly">The path of its assembly.</param>
    /// <param name="directory">Where it is started.</param>
    /// <param name="settings">Configuration keys and values; <c>urls</c> must be among them.</param>
    /// <param name="waitsForReady">False to return at once.</param>
    public static async Task<SiloProcess> StartAsync(
        string assembly, string directory, IReadOnlyDictionary<string, string> settings, bool waitsForReady = true)
    {
        Directory.CreateDirectory(directory);
        var start = ProductProgram.Start(assembly);
        start.WorkingDirectory = directory;

        // A test that wants the product's documentation as a collection says so.
        start.Environment["OrleansAi__Documentation__Enabled"] = "false";
        foreach (var (key, value) in settings)
        {
            start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        var silo = new SiloProcess(Process.Start(start)!, settings["urls"]);
        if (waitsForReady)
        {
            await silo.WaitUntilReadyAsync();
        }

        return silo;
    }

    /// <summary>Waits until the program says that it is ready.</summary>
    public async Task WaitUntilReadyAsync()
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            var asked = TimeProvider.System.GetUtcNow();
            if (await IsReadyAsync())
            {
                ReadyAt = asked;
                return;
            }

            if (_process.HasExited || Stopwatch.GetElapsedTime(started) > Patience)
            {
                throw new TimeoutException($"{Url} did not become ready. Its output:\n{Output}");
            }

            await Task.Delay(50);
        }
    }

    /// <summary>Sends SIGKILL and waits for the end.</summary>
    public async Task KillAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        await WaitForExitAsync();
    }

    /// <summary>Sends SIGTERM and waits for the end.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> TerminateAsync()
    {
        await SignalAsync("TERM");
        await WaitForExitAsync();
        return _process.ExitCode;
    }

    /// <summary>Sends SIGSTOP: from now on it does nothing at all, and knows nothing of it.</summary>
    public Task PauseAsync() => SignalAsync("STOP");

    /// <summary>Sends SIGCONT: it goes on where it was.</summary>
    public Task ResumeAsync() => SignalAsync("CONT");

    /// <summary>Waits for the end.</summary>
    public async Task<int> WaitForExitAsync()
    {
        try
        {
            await _process.WaitForExitAsync().WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"{Url} did not end. Its output:\n{Output}");
        }

        return _process.ExitCode;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        await KillAsync();
        Http.Dispose();
        _process.Dispose();
    }

    private async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    private async Task<bool> IsReadyAsync()
    {
        try
        {
            using var answer = await Http.GetAsync("/health/ready");
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private void Append(object sender, DataReceivedEventArgs line)
    {
        lock (_output)
        {
            _output.AppendLine(line.Data);
        }
    }
}
