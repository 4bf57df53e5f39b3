// Errors as a reader of a notebook needs them: which cell, which line, what happened.
using System.Diagnostics;
using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;

namespace Workbook.Notebooks.Sessions;

/// <summary>Makes <see cref="CellError"/>s from exceptions and compiler diagnostics.</summary>
internal static partial class CellErrors
{
    private const int FramesShown = 8;

    /// <summary>An error of the compiler.</summary>
    internal static CellError FromDiagnostics(IEnumerable<Diagnostic> diagnostics)
    {
        Diagnostic[] errors = [.. diagnostics.OrderBy(diagnostic => diagnostic.Location.SourceSpan.Start)];
        var lines = new List<string>();
        foreach (Diagnostic error in errors.Take(FramesShown))
        {
            lines.Add(Headline(error));
            if (error.Location.SourceTree?.GetText() is { } text && error.Location.GetLineSpan().StartLinePosition is var start && start.Line < text.Lines.Count)
            {
                string line = text.Lines[start.Line].ToString();
                int end = error.Location.GetLineSpan().EndLinePosition is var stop && stop.Line == start.Line ? stop.Character : line.Length;
                lines.Add("    " + line);
                lines.Add("    " + new string(' ', Math.Min(start.Character, line.Length)) + new string('^', Math.Max(1, end - start.Character)));
            }
        }
        if (errors.Length > FramesShown)
            lines.Add($"and {errors.Length - FramesShown} more errors");
        int? at = CellName().IsMatch(errors[0].Location.GetLineSpan().Path ?? "") ? errors[0].Location.GetLineSpan().StartLinePosition.Line + 1 : null;
        return new CellError("CompilationError", Headline(errors[0]), lines, at);
    }

    /// <summary>An error the code threw: named by the running cell's line, with the place it was thrown at when that is elsewhere.</summary>
    internal static CellError FromException(Exception thrown, int cell)
    {
        Exception error = Bare(thrown);
        IReadOnlyList<Frame> frames = FramesOf(error);
        string message = string.IsNullOrWhiteSpace(error.Message) ? error.GetType().Name : error.Message;
        Frame? here = frames.FirstOrDefault(frame => frame.File == $"cell-{cell}");
        string place = (here ?? frames.FirstOrDefault())?.Place is { } known ? known + ": " : $"cell {cell}: ";
        string elsewhere = here is not null && here != frames[0] ? $" (thrown in {frames[0]})" : "";
        var lines = new List<string> { $"{place}{message}{elsewhere} ({error.GetType().Name})" };
        for (Exception? inner = error.InnerException; inner is not null; inner = inner.InnerException)
            lines.Add($"  caused by {inner.GetType().Name}: {inner.Message}{(FramesOf(inner) is { Count: > 0 } within ? $" (at {within[0]})" : "")}");
        if (frames.Count > 1)
            lines.AddRange(frames.Take(FramesShown).Select(frame => $"  at {frame}"));
        return new CellError(error.GetType().FullName ?? error.GetType().Name, place + message + elsewhere, lines, here?.Line);
    }

    /// <summary>A sentence about a cell as a whole, or about one of its lines.</summary>
    internal static CellError Sentence(string name, int cell, int? line, string message)
    {
        string text = line is null ? $"cell {cell}: {message}" : $"cell {cell}, line {line}: {message}";
        return new CellError(name, text, [text], line);
    }

    private static string Headline(Diagnostic error)
    {
        FileLinePositionSpan span = error.Location.GetLineSpan();
        string place = span.IsValid ? $"{PlaceOf(span.Path, span.StartLinePosition.Line + 1)}: " : "";
        return $"{place}{error.GetMessage(System.Globalization.CultureInfo.InvariantCulture)} ({error.Id})";
    }

    private static string PlaceOf(string path, int line) => CellName().Match(path) is { Success: true } cell
        ? $"cell {cell.Groups[1].Value}, line {line}" : $"{Path.GetFileName(path)}, line {line}";

    private static Exception Bare(Exception thrown) => thrown switch
    {
        AggregateException { InnerExceptions: [var only] } => Bare(only),
        TargetInvocationException { InnerException: { } inner } => Bare(inner),
        TypeInitializationException { InnerException: { } inner } when inner.StackTrace?.Contains("cell-", StringComparison.Ordinal) == true => Bare(inner),
        _ => thrown,
    };

    private sealed record Frame(string File, int Line, string Method)
    {
        internal string Place => PlaceOf(File, Line);

        public override string ToString() => Method.Length == 0 ? Place : $"{Method}, {Place}";
    }

    private static IReadOnlyList<Frame> FramesOf(Exception error)
    {
        var frames = new List<Frame>();
        foreach (StackFrame frame in new StackTrace(error, fNeedFileInfo: true).GetFrames())
        {
            string? file = frame.GetFileName();
            if (file is null || !(CellName().IsMatch(file) || file.EndsWith(".csx", StringComparison.OrdinalIgnoreCase)))
                continue;
            var found = new Frame(file, frame.GetFileLineNumber(), MethodName(frame.GetMethod()));
            if (frames.Count == 0 || frames[^1] != found)
                frames.Add(found);
        }
        return frames;
    }

    /// <summary>The name a reader gave the method; empty for code at the cell's top level.</summary>
    private static string MethodName(MethodBase? method)
    {
        if (method is null)
            return "";
        string name = method.Name, type = method.DeclaringType?.Name ?? "";
        if (name == "MoveNext" && StateMachine().Match(type) is { Success: true } machine)
        {
            name = machine.Groups[1].Value;
            type = method.DeclaringType?.DeclaringType?.Name ?? "";
        }
        if (LocalFunction().Match(name) is { Success: true } local)
            return local.Groups[1].Value;
        if (name.Contains(">b__", StringComparison.Ordinal))
            return "lambda";
        if (name is "<Initialize>" or "<Factory>" || name.Contains("<Initialize>", StringComparison.Ordinal))
            return "";
        string shown = name == ".ctor" ? "constructor" : name;
        return type.StartsWith("Submission#", StringComparison.Ordinal) || type.StartsWith('<') ? shown : $"{type}.{shown}";
    }

    [GeneratedRegex(@"^cell-(\d+)$")]
    private static partial Regex CellName();

    [GeneratedRegex(@"^<(.+)>d(?:__\d+)?$")]
    private static partial Regex StateMachine();

    [GeneratedRegex(@"g__(.+?)\|")]
    private static partial Regex LocalFunction();
}
