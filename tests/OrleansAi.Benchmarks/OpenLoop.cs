using System.Diagnostics;
using System.Net.Sockets;

namespace OrleansAi.Benchmarks;

/// <summary>
/// Sends at a rate, each request on a connection that is free, whatever became of those before. The load shares the processors with the
/// server, so it is one thread that looks every two milliseconds what has come: woken for every answer, it took a tenth of the machine.
/// </summary>
internal sealed class OpenLoop(RawConnection[] connections, byte[][] requests, double rate)
{
    private const int LookMilliseconds = 2;
    private const int PatienceSeconds = 30;

    private readonly Queue<RawConnection> _free = new(connections);
    private readonly Dictionary<Socket, RawConnection> _waiting = [];
    private readonly List<Socket> _readable = [];
    private readonly List<(int Status, double Milliseconds)> _answers = [];

    /// <summary>How many requests were sent.</summary>
    public int Sent { get; private set; }

    /// <summary>How many found no free connection.</summary>
    public int Late { get; private set; }

    /// <summary>How many got this answer.</summary>
    public int Count(int status) => _answers.Count(answer => answer.Status == status);

    /// <summary>How long those took that got this answer, in order.</summary>
    public double[] Latencies(int status) => [.. _answers.Where(answer => answer.Status == status).Select(static answer => answer.Milliseconds).Order()];

    /// <summary>Sends for a time, and returns once everything is answered.</summary>
    /// <exception cref="TimeoutException">Something was not: an admitted turn does not end.</exception>
    public void Run(double seconds)
    {
        var started = Stopwatch.GetTimestamp();
        var due = 0L;
        double elapsed;
        while ((elapsed = Stopwatch.GetElapsedTime(started).TotalSeconds) < seconds)
        {
            for (var target = (long)(elapsed * rate); due < target; due++)
            {
                Send(requests[due % requests.Length]);
            }

            Look(wait: false);

            // The pace of the load, waited out whatever comes: that is what makes it cheap.
            Thread.Sleep(LookMilliseconds);
        }

        while (_waiting.Count > 0)
        {
            if (Stopwatch.GetElapsedTime(started).TotalSeconds > seconds + PatienceSeconds)
            {
                throw new TimeoutException($"{_waiting.Count} requests were not answered within {PatienceSeconds} s.");
            }

            Look(wait: true);
        }
    }

    private void Send(byte[] request)
    {
        if (!_free.TryDequeue(out var connection))
        {
            Late++;
            return;
        }

        connection.Send(request);
        _waiting.Add(connection.Socket, connection);
        Sent++;
    }

    private void Look(bool wait)
    {
        if (_waiting.Count == 0)
        {
            return;
        }

        _readable.Clear();
        _readable.AddRange(_waiting.Keys);
        Socket.Select(_readable, null, null, wait ? 1_000 * LookMilliseconds : 0);
        foreach (var socket in _readable)
        {
            var connection = _waiting[socket];
            if (connection.Read() is { } status)
            {
                _answers.Add((status, Stopwatch.GetElapsedTime(connection.SentAt).TotalMilliseconds));
                _waiting.Remove(socket);
                _free.Enqueue(connection);
            }
        }
    }
}
