// Progress of long work on standard error: one line that is rewritten on a terminal, sparse plain lines elsewhere.

using System.Diagnostics;
using ModelBalancing.Figures;

namespace Workbook;

/// <summary>Shows how far long work is and how long it will still take.</summary>
/// <param name="what">What is being done, such as "generating".</param>
internal sealed class ProgressLine(string what) : IDisposable
{
    private readonly Lock gate = new();
    private readonly bool terminal = !Console.IsErrorRedirected;
    private long shownAt;
    private int shownTenth = -1;
    private bool open;

    /// <summary>Shows the state; at most ten times a second on a terminal, every tenth of the work elsewhere.</summary>
    /// <param name="done">Work done.</param>
    /// <param name="total">Work in all.</param>
    /// <param name="left">Time left, if known.</param>
    /// <param name="details">Said after the count, with its own comma.</param>
    internal void Show(int done, int total, TimeSpan? left, string details = "")
    {
        lock (gate)
        {
            var text = $"{what}: {done} of {total}{details}" + (left is { } time && done < total ? $", {Quantities.Duration(time)} left" : "");
            if (terminal)
            {
                if (done < total && shownAt != 0 && Stopwatch.GetElapsedTime(shownAt).TotalMilliseconds < 100) return;
                shownAt = Stopwatch.GetTimestamp();
                Console.Error.Write($"\r{text}\u001b[K");
                open = true;
            }
            else if (total > 0 && done * 10 / total is var tenth && tenth != shownTenth)
            {
                shownTenth = tenth;
                Console.Error.WriteLine(text);
            }
        }
    }

    /// <summary>Ends the line.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            if (open) Console.Error.WriteLine();
            open = false;
        }
    }
}

/// <summary>Progress that is told at once on the reporting thread: the framework's own would tell it late and out of order.</summary>
internal sealed class ImmediateProgress<T>(Action<T> report) : IProgress<T>
{
    public void Report(T value) => report(value);
}
