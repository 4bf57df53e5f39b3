// Runs notebooks from start to end without a user, each in a process of its own.
using System.Diagnostics;
using System.Text.Json;
using Workbook.Notebooks.Documents;
using Workbook.Notebooks.Sessions;

namespace Workbook.Notebooks.Running;

/// <summary>Runs notebooks from start to end without a user.</summary>
public static class NotebookRunner
{
    /// <summary>The verb by which a program that runs notebooks calls itself; it hands the arguments after it to <see cref="ChildMainAsync"/>.</summary>
    public const string ChildVerb = "__run-notebook";

    private static readonly TimeSpan WriteInterval = TimeSpan.FromSeconds(5);

    /// <summary>The notebooks that paths name.</summary>
    /// <param name="paths">Notebook files, and folders that stand for the notebooks in them.</param>
    /// <returns>Full paths, each once: files in the order given, a folder's by name.</returns>
    /// <exception cref="NotebookFormatException">A path does not exist, is no notebook, or a folder has none.</exception>
    public static IReadOnlyList<string> Find(params IEnumerable<string> paths)
    {
        var found = new List<string>();
        foreach (string path in paths)
        {
            if (Directory.Exists(path))
            {
                string[] inside = [.. Directory.GetFiles(path, "*.ipynb").Order(StringComparer.Ordinal)];
                if (inside.Length == 0)
                    throw new NotebookFormatException($"The folder {path} has no .ipynb file: name a notebook, or another folder.");
                found.AddRange(inside);
            }
            else if (File.Exists(path))
                found.Add(path);
            else
                throw new NotebookFormatException($"{path} does not exist: name a notebook file or a folder of notebooks.");
        }
        return [.. found.Select(Path.GetFullPath).Distinct()];
    }

    /// <summary>Runs a notebook in this process, which should exist for it alone: the working folder becomes the notebook's, environment variables are set.</summary>
    /// <param name="path">The notebook.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="progress">Told when a cell starts and ends.</param>
    /// <param name="cancellation">Interrupts the running cell and ends the run.</param>
    /// <returns>What came of it; errors of cells are in it and are not thrown.</returns>
    public static async Task<NotebookRunResult> RunInProcessAsync(string path, RunOptions? options = null, Action<RunProgress>? progress = null, CancellationToken cancellation = default)
    {
        options ??= new RunOptions();
        path = Path.GetFullPath(path);
        string? output = OutputPath(path, options);
        long started = Stopwatch.GetTimestamp();
        NotebookDocument document;
        try
        {
            document = NotebookDocument.Read(path);
            RequireCSharp(document, path);
        }
        catch (NotebookFormatException error)
        {
            progress?.Invoke(new RunProgress(path, 0, 0, CellStatus.Failed, 0, error.Message));
            return new NotebookRunResult(path, NotebookStatus.Unreadable, 0) { Error = error.Message };
        }

        Environment.SetEnvironmentVariable("WORKBOOK_HEADLESS", "1");
        if (options.Profile is not null)
            Environment.SetEnvironmentVariable("WORKBOOK_PROFILE", options.Profile);
        using var session = new CSharpSession(new SessionOptions { Folder = Path.GetDirectoryName(path)! });
        NotebookCell[] cells = [.. document.WithoutOutputs().Cells];
        int total = cells.Count(cell => cell.Kind == CellKind.Code);
        var seconds = new Dictionary<string, double>();
        var collector = new OutputCollector();
        var collected = new OutputCollector.Cell?[cells.Length];
        var (status, failedCell, message) = (NotebookStatus.Succeeded, (int?)null, (string?)null);
        long written = started;
        NotebookDocument Executed() => document with { Cells = [.. cells.Select((cell, index) => collected[index] is { } outputs ? cell with { Outputs = outputs.Outputs } : cell)] };

        for (int index = 0, number = 0; index < cells.Length; index++)
        {
            if (cells[index].Kind != CellKind.Code)
                continue;
            number++;
            if (string.IsNullOrWhiteSpace(cells[index].Source))
                continue;
            if (cancellation.IsCancellationRequested)
            {
                (status, message) = (NotebookStatus.Stopped, $"stopped before cell {number}");
                break;
            }
            progress?.Invoke(new RunProgress(path, number, total, null, 0));
            collected[index] = collector.Start(number);
            cells[index] = cells[index] with { ExecutionCount = number };
            var (result, timedOut) = await ExecuteAsync(session, cells[index].Source, number, collected[index]!, options, cancellation).ConfigureAwait(false);
            seconds[cells[index].Id] = Math.Round(result.Elapsed.TotalSeconds, 3);
            string? fault = timedOut ? $"cell {number}: took longer than {options.CellTimeout!.Value.TotalSeconds:0.#} s" : result.Error?.Message;
            progress?.Invoke(new RunProgress(path, number, total, timedOut ? CellStatus.Failed : result.Status, result.Elapsed.TotalSeconds, fault));
            if (output is not null && Stopwatch.GetElapsedTime(written) > WriteInterval)
            {
                Executed().Write(output); // so that a crash leaves what there was
                written = Stopwatch.GetTimestamp();
            }
            if (result.Status == CellStatus.Succeeded && !timedOut)
                continue;
            failedCell ??= number;
            message ??= fault;
            if (cancellation.IsCancellationRequested)
            {
                (status, message) = (NotebookStatus.Stopped, $"stopped in cell {number}");
                break;
            }
            status = NotebookStatus.Failed;
            if (!options.AllowErrors || result.Status == CellStatus.Abandoned)
                break;
        }

        NotebookDocument executed = Executed();
        if (output is not null)
            executed.Write(output);
        return new NotebookRunResult(path, status, Math.Round(Stopwatch.GetElapsedTime(started).TotalSeconds, 3))
        {
            OutputPath = output,
            FailedCell = failedCell,
            Error = message,
            CellSeconds = seconds,
            Document = executed,
        };
    }

    /// <summary>Runs notebooks, each in a new process, so that none spoils another.</summary>
    /// <param name="paths">The notebooks (see <see cref="Find"/>).</param>
    /// <param name="options">How; null for the defaults. Without an output folder a temporary one is used and removed.</param>
    /// <param name="progress">Told when a cell starts and ends.</param>
    /// <param name="command">The program and first arguments that lead to <see cref="ChildMainAsync"/>; null for this program with <see cref="ChildVerb"/>.</param>
    /// <param name="jobs">How many run at the same time; default 1, because notebooks that train use all processors.</param>
    /// <param name="cancellation">Interrupts the running cells; the remaining notebooks are not run.</param>
    /// <returns>A result for each notebook that was started.</returns>
    public static async Task<IReadOnlyList<NotebookRunResult>> RunAsync(
        IReadOnlyList<string> paths, RunOptions? options = null, Action<RunProgress>? progress = null, IReadOnlyList<string>? command = null, int jobs = 1, CancellationToken cancellation = default)
    {
        options ??= new RunOptions();
        string? temporary = options.OutputFolder is null ? Directory.CreateTempSubdirectory("workbook-run-").FullName : null;
        try
        {
            var results = new NotebookRunResult?[paths.Count];
            int next = -1;
            async Task Work()
            {
                while (!cancellation.IsCancellationRequested && Interlocked.Increment(ref next) is var index && index < paths.Count)
                {
                    NotebookRunResult result = await NotebookProcess.RunAsync(paths[index], options with { OutputFolder = temporary ?? Path.GetFullPath(options.OutputFolder!) }, progress, command ?? OwnCommand(), cancellation).ConfigureAwait(false);
                    results[index] = temporary is null ? result : result with { OutputPath = null };
                }
            }
            await Task.WhenAll(Enumerable.Range(0, Math.Max(1, jobs)).Select(_ => Work())).ConfigureAwait(false);
            return [.. results.OfType<NotebookRunResult>()];
        }
        finally
        {
            if (temporary is not null)
                Directory.Delete(temporary, recursive: true);
        }
    }

    /// <summary>What a program does after <see cref="ChildVerb"/>: runs one notebook in this process and reports to the parent over standard output.</summary>
    /// <param name="arguments">What follows the verb.</param>
    /// <returns>The exit code: 0 done, 1 failed, 2 wrong usage.</returns>
    public static Task<int> ChildMainAsync(IReadOnlyList<string> arguments) => NotebookProcess.ChildAsync(arguments);

    /// <exception cref="NotebookFormatException">The executed notebook would take the place of the original.</exception>
    internal static string? OutputPath(string path, RunOptions options)
    {
        if (options.OutputFolder is null)
            return null;
        string output = Path.Combine(Path.GetFullPath(options.OutputFolder), Path.GetFileName(path));
        return output == Path.GetFullPath(path)
            ? throw new NotebookFormatException($"The executed copy of {path} would take the place of the notebook itself: name another output folder.") : output;
    }

    private static IReadOnlyList<string> OwnCommand()
    {
        string program = Environment.ProcessPath!;
        // Started as `dotnet Program.dll` the program is dotnet itself, and the assembly is its first argument.
        return Path.GetFileNameWithoutExtension(program).Equals("dotnet", StringComparison.OrdinalIgnoreCase)
            ? [program, Environment.GetCommandLineArgs()[0], ChildVerb] : [program, ChildVerb];
    }

    private static async Task<(CellResult Result, bool TimedOut)> ExecuteAsync(CSharpSession session, string code, int number, OutputCollector.Cell output, RunOptions options, CancellationToken cancellation)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        if (options.CellTimeout is { } longest)
            timeout.CancelAfter(longest);
        CellResult result = await session.ExecuteAsync(code, number, output, timeout.Token).ConfigureAwait(false);
        bool timedOut = options.CellTimeout is { } limit && result.Elapsed >= limit && timeout.IsCancellationRequested && !cancellation.IsCancellationRequested;
        return (result, timedOut);
    }

    private static void RequireCSharp(NotebookDocument document, string path)
    {
        string? language = (document.Metadata["kernelspec"]?["language"] ?? document.Metadata["language_info"]?["name"])?.ToString();
        if (language is not (null or "C#" or "csharp" or "polyglot-notebook"))
            throw new NotebookFormatException($"{path} is a notebook for {language}, and this kernel runs C#: open it with a {language} kernel.");
        int number = 0;
        foreach (NotebookCell cell in document.Cells.Where(cell => cell.Kind == CellKind.Code))
        {
            number++;
            if (cell.Language is not (null or "csharp" or "C#"))
                throw new NotebookFormatException($"{path} has {cell.Language} code in cell {number}, and this kernel runs C#: rewrite the cell in C# or run the notebook with .NET Interactive.");
        }
    }
}
