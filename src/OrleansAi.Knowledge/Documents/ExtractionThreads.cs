using System.Collections.Concurrent;

namespace OrleansAi.Knowledge.Documents;

/// <summary>
/// Threads with a stack for deeply nested documents, used again: starting one takes longer than reading a small document. One that is still at work
/// when nobody waits for it any more comes back when it ends. Safe for any number of threads.
/// </summary>
internal static class ExtractionThreads
{
    // The libraries for PDF and HTML recurse; a stack that ends takes the process with it.
    private const int StackSize = 16 << 20;
    private const int MostIdle = 16;
    private static readonly ConcurrentStack<Worker> Idle = new();

    /// <summary>Does work on such a thread; the work must not throw.</summary>
    public static void Run(Action work)
    {
        if (!Idle.TryPop(out var worker))
        {
            worker = new Worker();
            new Thread(worker.Loop, StackSize) { IsBackground = true, Name = "document extraction" }.Start();
        }

        worker.Take(work);
    }

    private sealed class Worker
    {
        private readonly SemaphoreSlim _given = new(0);
        private Action? _work;

        public void Take(Action work)
        {
            _work = work;
            _given.Release();
        }

        public void Loop()
        {
            do
            {
                _given.Wait();
                _work!();
                _work = null;
            }
            while (ComesBack());

            _given.Dispose();
        }

        private bool ComesBack()
        {
            if (Idle.Count >= MostIdle)
            {
                return false;
            }

            Idle.Push(this);
            return true;
        }
    }
}
