// The two ends of a notebook's own process: the child runs it and reports in lines on standard output, the parent reads them.
// The parent holds the child's standard input open; when it closes (also because the parent has died), the child stops.
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Workbook.Notebooks.Documents;
using Workbook.Notebooks.Sessions;

namespace Workbook.Notebooks.Running;

/// <summary>Running a notebook in a process of its own.</summary>
internal static class NotebookProcess
{
    /// <summary>Starts a line of ours, so that what native libraries print is not taken for one.</summary>
    private const string Mark = "\u0001workbook ";
    private const int TailLines = 6;
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(45);

    internal static async Task<NotebookRunResult> RunAsync(string path, RunOptions options, Action<RunProgress>? progress, IReadOnlyList<string> command, CancellationToken cancellation)
    {
        path = Path.GetFullPath(path);
        string? output = NotebookRunner.OutputPath(path, options);
        if (output is not null && File.Exists(output))
            File.Delete(output); // an earlier run's result must not pass for this one's
        long started = Stopwatch.GetTimestamp();
        var start = new ProcessStartInfo(command[0], [.. command.Skip(1), path, JsonSerializer.Serialize(options)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
            WorkingDirectory = Path.GetDirectoryName(path)!,
        };
        start.Environment["WORKBOOK_HEADLESS"] = "1";
        if (options.Profile is not null)
            start.Environment["WORKBOOK_PROFILE"] = options.Profile;
        // The compiler runs once through much code: profiling it for later costs 5 to 8 % of a short notebook's CPU time and gains nothing.
        start.Environment.TryAdd("DOTNET_TieredPGO", "0");
        using Process process = Process.Start(start)!;
        var tail = new Queue<string>();
        NotebookRunResult? result = null;
        RunProgress? last = null;
        Task errors = ReadAsync(process.StandardError, line => Remember(tail, line));
        Task lines = ReadAsync(process.StandardOutput, line =>
        {
            int mark = line.IndexOf(Mark, StringComparison.Ordinal);
            if (mark < 0)
            {
                Remember(tail, line);
                return;
            }
            Message message = JsonSerializer.Deserialize<Message>(line.AsSpan(mark + Mark.Length))!;
            result = message.Result ?? result;
            if (message.Progress is not { } step)
                return;
            last = step;
            progress?.Invoke(step);
        });
        using (cancellation.Register(process.StandardInput.Close))
        using (cancellation.Register(() => _ = KillLaterAsync(process)))
            await Task.WhenAll(errors, lines, process.WaitForExitAsync(CancellationToken.None)).ConfigureAwait(false);
        return result is not null
            ? result with { Document = output is not null && File.Exists(output) ? NotebookDocument.Read(output) : null }
            : Crashed(path, output, process.ExitCode, last, tail, Stopwatch.GetElapsedTime(started).TotalSeconds, cancellation.IsCancellationRequested, progress);
    }

    internal static async Task<int> ChildAsync(IReadOnlyList<string> arguments)
    {
        if (arguments.Count != 2 || Options(arguments[1]) is not { } options)
        {
            await Console.Error.WriteLineAsync($"{NotebookRunner.ChildVerb} is how the program calls itself to run one notebook; it is not meant to be called by hand.").ConfigureAwait(false);
            return 2;
        }
        var output = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false)) { AutoFlush = true };
        var gate = new Lock();
        void Send(Message message)
        {
            lock (gate)
                output.WriteLine(Mark + JsonSerializer.Serialize(message));
        }
        using var stop = new CancellationTokenSource();
        Console.CancelKeyPress += (_, press) =>
        {
            press.Cancel = true; // the parent gets the same key press; both end in order
            stop.Cancel();
        };
        var parent = new Thread(() =>
        {
            using Stream input = Console.OpenStandardInput();
            var buffer = new byte[64];
            while (input.Read(buffer) > 0)
                continue;
            stop.Cancel();
        }) { IsBackground = true, Name = "watches the parent" };
        parent.Start();
        NotebookRunResult result;
        try
        {
            result = await NotebookRunner.RunInProcessAsync(arguments[0], options, step => Send(new Message { Progress = step }), stop.Token).ConfigureAwait(false);
        }
        catch (IOException unwritten)
        {
            result = new NotebookRunResult(Path.GetFullPath(arguments[0]), NotebookStatus.Failed, 0) { Error = unwritten.Message };
        }
        Send(new Message { Result = result });
        return result.Status == NotebookStatus.Succeeded ? 0 : 1;
    }

    private sealed record Message
    {
        public RunProgress? Progress { get; init; }

        public NotebookRunResult? Result { get; init; }
    }

    private static RunOptions? Options(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<RunOptions>(json);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static async Task ReadAsync(StreamReader reader, Action<string> take)
    {
        while (await reader.ReadLineAsync().ConfigureAwait(false) is { } line)
            take(line);
    }

    private static void Remember(Queue<string> tail, string line)
    {
        if (string.IsNullOrWhiteSpace(line))
            return;
        lock (tail)
        {
            tail.Enqueue(line);
            if (tail.Count > TailLines)
                tail.Dequeue();
        }
    }

    private static async Task KillLaterAsync(Process process)
    {
        await Task.Delay(StopTime).ConfigureAwait(false);
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            return; // it has ended by itself, which is the usual case
        }
    }

    /// <summary>The child ended without a result: says in which cell, and writes what was saved of the notebook with that error.</summary>
    private static NotebookRunResult Crashed(string path, string? output, int exitCode, RunProgress? last, Queue<string> tail, double seconds, bool stopped, Action<RunProgress>? progress)
    {
        int? cell = last is { Cell: > 0 } ? last.Cell : null;
        string reason = exitCode switch
        {
            137 => "it was killed, probably because memory ran out",
            139 => "a native library crashed",
            134 => "the runtime aborted (stack overflow, an unhandled exception on a thread, or a native library)",
            _ => string.Create(CultureInfo.InvariantCulture, $"exit code {exitCode}"),
        };
        string message = $"{(cell is null ? "the run" : $"cell {cell}")}: the notebook's process ended unexpectedly: {reason}.";
        progress?.Invoke(new RunProgress(path, cell ?? 0, last?.Cells ?? 0, CellStatus.Failed, seconds, message));
        NotebookDocument? document = null;
        try
        {
            document = output is not null && File.Exists(output) ? NotebookDocument.Read(output) : NotebookDocument.Read(path).WithoutOutputs();
        }
        catch (NotebookFormatException error)
        {
            message += $" {error.Message}";
        }
        if (document is not null && cell is not null)
        {
            int number = 0;
            document = document with
            {
                Cells = [.. document.Cells.Select(candidate => candidate.Kind == CellKind.Code && ++number == cell
                    ? candidate with { ExecutionCount = number, Outputs = [.. candidate.Outputs, new ErrorOutput("Crash", message, [message, .. tail])] } : candidate)],
            };
            if (output is not null)
                document.Write(output);
        }
        return new NotebookRunResult(path, stopped ? NotebookStatus.Stopped : NotebookStatus.Crashed, Math.Round(seconds, 3))
        {
            OutputPath = document is null ? null : output,
            FailedCell = cell,
            Error = message,
            Document = document,
        };
    }
}
