// Runs C# cells one after another, each seeing what the earlier ones declared.
using System.Diagnostics;
using System.Reflection;
using System.Runtime;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;
using Microsoft.DotNet.Interactive;
using Microsoft.DotNet.Interactive.Formatting;

namespace Workbook.Notebooks.Sessions;

/// <summary>A C# session: the headless half of a kernel.</summary>
/// <remarks>
/// Every cell is a Roslyn script submission chained to the one before. Cells are compiled in Release (Debug cells run many times slower) with debug
/// information (for line numbers), and run on one thread of the session's own; awaits at a cell's top level come back to this thread.
/// </remarks>
public sealed class CSharpSession : IDisposable
{
    private static readonly string[] Imports =
    [
        "System", "System.Text", "System.Collections", "System.Collections.Generic", "System.Threading.Tasks", "System.Linq",
        "Microsoft.DotNet.Interactive.Kernel",
    ];

    // Roslyn knows both and shows neither: whether the last expression gives a value (null is one), and whether there is more than usings.
    private static readonly MethodInfo HasResult =
        typeof(Compilation).GetMethod("HasSubmissionResult", BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)!;

    private static readonly MethodInfo HasCode =
        typeof(Compilation).GetMethod("HasCodeToEmit", BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)!;

    private static readonly Lock ReferenceGate = new();

    private readonly SessionOptions options;
    private readonly SessionThread thread = new();
    private readonly NotebookAssemblies assemblies = new();
    private readonly SessionReferences references;
    private readonly SessionSources sources;
    private readonly List<NugetReference> packages = [];
    private readonly List<MetadataReference> packageReferences = [];
    private object?[] submissions = new object?[16];
    private int slot;
    private CSharpCompilation? previous;
    private int submissionCount;
    private volatile CellRun? current;

    /// <summary>Starts a session; the first cell pays for starting the compiler (see <see cref="WarmUpAsync"/>).</summary>
    /// <param name="options">How; null for the defaults.</param>
    public CSharpSession(SessionOptions? options = null)
    {
        this.options = options ?? new SessionOptions();
        string folder = Path.GetFullPath(this.options.Folder);
        references = new SessionReferences(folder) { Referenced = assemblies.Know };
        sources = new SessionSources(folder);
        ConsoleRouting.Install();
        if (this.options.OwnsProcess)
            Environment.CurrentDirectory = folder;
    }

    /// <summary>Code compiled so far, the newest last cell; null before the first. What a language service builds on.</summary>
    public CSharpCompilation? Compilation => previous;

    /// <summary>What the code would be as the next cell, for looking at: nothing is emitted or kept.</summary>
    internal (CSharpCompilation Compilation, SyntaxTree Tree) Look(string code)
    {
        SyntaxTree tree = CellSource.Parse(code, submissionCount + 1).Written;
        return (Next(tree), tree);
    }

    /// <summary>True while a cell runs.</summary>
    public bool IsBusy => current is { HasEnded: false };

    /// <summary>Runs a cell.</summary>
    /// <param name="code">C# 14 as a script.</param>
    /// <param name="cellNumber">How messages name the cell, from 1.</param>
    /// <param name="output">Takes outputs and the error, if any, before the task ends.</param>
    /// <param name="cancellation">Interrupts the cell, like <see cref="Interrupt"/>.</param>
    /// <returns>How it ended. Cells run in the order of the calls.</returns>
    public async Task<CellResult> ExecuteAsync(string code, int cellNumber, IOutputSink output, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(code);
        ArgumentNullException.ThrowIfNull(output);
        if (current is { HasEnded: false, Completion.IsCompletedSuccessfully: true } stuck)
        {
            CellError refusal = CellErrors.Sentence("Busy", cellNumber, null, $"not run, because the interrupted cell {stuck.Cell} still runs; wait for it or restart the session.");
            output.Error(refusal);
            return new CellResult(CellStatus.Failed, TimeSpan.Zero, refusal);
        }
        var run = new CellRun(cellNumber, output, options, thread);
        thread.Post(() => Run(run, code));
        using (cancellation.Register(run.RequestStop))
            return await run.Completion.ConfigureAwait(false);
    }

    /// <summary>Asks the running cell to stop: by its token, by waking its thread, by aborting it, in this order. A second call is less patient. Returns at once.</summary>
    public void Interrupt() => current?.RequestStop();

    /// <summary>Compiles something small, so that the first cell does not wait for the compiler to start.</summary>
    /// <returns>Ends when the compiler is warm.</returns>
    public static Task WarmUpAsync() => Task.Run(() =>
    {
        CellSource source = CellSource.Parse("var warm = Enumerable.Range(0, 3).Select(i => i + 1).ToList(); record Warm(int A); await Task.Yield(); warm.Count", 0);
        Compile(source.Pumped, null, 0, FrameworkReferences.All, new SessionReferences("/"), new SessionSources("/")).Emit(new MemoryStream(), new MemoryStream());
    });

    /// <summary>Takes no more cells. What was loaded stays loaded until the process ends.</summary>
    public void Dispose()
    {
        Interrupt();
        thread.Dispose();
    }

    private void Run(CellRun run, string code)
    {
        if (!run.Begin())
        {
            run.End(CellStatus.Interrupted, CellErrors.Sentence("Interrupted", run.Cell, null, "interrupted before it ran."));
            return;
        }
        current = run;
        var (status, error) = (CellStatus.Failed, (CellError?)null);
        try
        {
            run.Context.Enter(options.OwnsProcess);
            (status, error) = Execute(run, code);
        }
        catch (Exception thrown)
        {
            (status, error) = run.WasAskedToStop && IsStop(thrown)
                ? (CellStatus.Interrupted, CellErrors.Sentence("Interrupted", run.Cell, CellErrors.FromException(thrown, run.Cell).Line, "interrupted."))
                : (CellStatus.Failed, CellErrors.FromException(thrown, run.Cell));
        }
        finally
        {
            CellPump.Current = null;
            KernelInvocationContext.Leave();
        }
        run.End(status, error);
    }

    private static bool IsStop(Exception thrown) => thrown switch
    {
        OperationCanceledException or ThreadInterruptedException or ThreadAbortException => true,
        AggregateException several => several.InnerExceptions.Any(IsStop),
        { InnerException: { } inner } => IsStop(inner),
        _ => false,
    };

    private (CellStatus, CellError?) Execute(CellRun run, string code)
    {
        foreach (CellSection section in CellSection.Split(code))
        {
            if (section.Language is not null)
                Show(run, section);
            else if (ExecuteCSharp(run, section.Text) is var (status, error) && status != CellStatus.Succeeded)
                return (status, error);
        }
        return (CellStatus.Succeeded, null);
    }

    private static void Show(CellRun run, CellSection section)
    {
        var (type, text) = section.Language switch
        {
            "markdown" => ("text/markdown", section.Text),
            "javascript" => ("text/html", $"<script type=\"text/javascript\">{section.Text}</script>"),
            "mermaid" => ("text/html", Mermaid.ToHtml(section.Text)),
            _ => ("text/html", section.Text),
        };
        run.Output.Display(Guid.NewGuid().ToString("N"), [new(type, text)]);
    }

    private (CellStatus, CellError?) ExecuteCSharp(CellRun run, string code)
    {
        long started = Stopwatch.GetTimestamp();
        CellSource source = CellSource.Parse(code, run.Cell);
        if (source.Unsupported is var (line, message))
            return (CellStatus.Failed, CellErrors.Sentence("UnsupportedMagic", run.Cell, line, message));
        try
        {
            RestorePackages(source, run.Stop);
        }
        catch (NugetRestoreException error)
        {
            return (CellStatus.Failed, CellErrors.Sentence("PackageError", run.Cell, null, error.Message));
        }

        var pe = new MemoryStream();
        var pdb = new MemoryStream();
        CSharpCompilation compilation = Next(source.Pumped);
        IReadOnlyList<Diagnostic> errors = Emit(compilation, pe, pdb, run.Stop);
        if (errors.Count > 0 && source.Pumped != source.Written)
        {
            compilation = Next(source.Written); // its messages show the text as written, and it may compile where the changed awaits do not
            errors = Emit(compilation, pe, pdb, run.Stop);
        }
        if (errors.Count > 0)
            return (CellStatus.Failed, CellErrors.FromDiagnostics(errors));
        foreach (MetadataReference reference in compilation.DirectiveReferences)
            if (reference is PortableExecutableReference { FilePath: { } path })
                assemblies.Know(path);
        submissionCount++;
        if (pe.Length == 0 || compilation.GetEntryPoint(run.Stop) is not { } entry)
        {
            previous = compilation;
            return (CellStatus.Succeeded, null);
        }
        pe.Position = pdb.Position = 0;
        Invoke(run, compilation, assemblies.LoadFromStream(pe, pdb), entry);
        if (source.IsTimed)
            run.Output.Display(Guid.NewGuid().ToString("N"), [new("text/plain", string.Create(System.Globalization.CultureInfo.InvariantCulture, $"Wall time: {Stopwatch.GetElapsedTime(started).TotalMilliseconds:0.#}ms"))]);
        return (CellStatus.Succeeded, null);
    }

    private void Invoke(CellRun run, CSharpCompilation compilation, Assembly assembly, IMethodSymbol entry)
    {
        var factory = assembly.GetType(entry.ContainingType.MetadataName, throwOnError: true)!
            .GetMethod(entry.MetadataName, BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)!
            .CreateDelegate<Func<object?[], Task<object?>>>();
        if (submissions.Length <= slot + 2)
            Array.Resize(ref submissions, submissions.Length * 2);
        var pump = new CellPump(run.Stop);
        CellPump.Current = pump;
        try
        {
            Task<object?>? task = null;
            Guarded(run, () => task = factory(submissions));
            task!.ContinueWith(_ => pump.Post(static () => { }), TaskScheduler.Default);
            while (!task.IsCompleted)
                Guarded(run, pump.Take());
            object? value = task.GetAwaiter().GetResult();
            if ((bool)HasResult.Invoke(compilation, null)! && value is not DisplayedValue)
                Guarded(run, () => run.Output.Result(KernelInvocationContext.Bundle(FormattedValue.CreateManyFromObject(value))));
        }
        finally
        {
            // A cell that failed or was interrupted keeps what it had assigned: later cells build on it as soon as its object exists.
            if (submissions[slot + 1] is not null)
            {
                slot++;
                previous = compilation;
            }
        }
    }

    private static void Guarded(CellRun run, Action action)
    {
        run.Abort.ThrowIfCancellationRequested();
#pragma warning disable SYSLIB0046 // the only way left to stop code that looks at no token; used after everything gentler
        ControlledExecution.Run(action, run.Abort);
#pragma warning restore SYSLIB0046
    }

    private CSharpCompilation Next(SyntaxTree tree) =>
        Compile(tree, previous, submissionCount + 1, [.. FrameworkReferences.All, .. packageReferences], references, sources);

    private static CSharpCompilation Compile(SyntaxTree tree, CSharpCompilation? previous, int number, IEnumerable<MetadataReference> metadata, SessionReferences references, SessionSources sources)
    {
        var compilation = CSharpCompilation.CreateScriptCompilation($"cell submission {number}", tree, metadata,
            new CSharpCompilationOptions(
                OutputKind.DynamicallyLinkedLibrary,
                scriptClassName: $"Submission#{number}",
                usings: previous is null ? Imports : [],
                optimizationLevel: OptimizationLevel.Release,
                allowUnsafe: true,
                sourceReferenceResolver: sources,
                metadataReferenceResolver: references,
                assemblyIdentityComparer: DesktopAssemblyIdentityComparer.Default),
            previous, typeof(object));
        // Two compilations that read the framework at the same moment get two of every type, and a later cell may mix them: a string that is no
        // sequence of characters. One after another, the second takes the first one's.
        lock (ReferenceGate)
            _ = compilation.Assembly;
        return compilation;
    }

    /// <summary>Compiles into the streams, which stay empty when the cell has only usings and directives; gives the errors.</summary>
    private static IReadOnlyList<Diagnostic> Emit(CSharpCompilation compilation, MemoryStream pe, MemoryStream pdb, CancellationToken cancellation)
    {
        pe.SetLength(0);
        pdb.SetLength(0);
        var diagnostics = (bool)HasCode.Invoke(compilation, null)!
            ? compilation.Emit(pe, pdb, options: new EmitOptions(debugInformationFormat: DebugInformationFormat.PortablePdb), cancellationToken: cancellation).Diagnostics
            : compilation.GetDiagnostics(cancellation);
        return [.. diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)];
    }

    private void RestorePackages(CellSource source, CancellationToken cancellation)
    {
        List<NugetReference> asked = [.. source.Packages(sources).Where(package => !packages.Contains(package)).Distinct()];
        if (asked.Count == 0)
            return;
        List<NugetReference> all = [.. packages.Where(package => asked.All(other => !other.Id.Equals(package.Id, StringComparison.OrdinalIgnoreCase))), .. asked];
        RestoredPackages restored = NugetRestore.Run(all, cancellation);
        packages.AddRange(asked);
        foreach (NugetReference package in asked)
            references.Packages[package.Text] = restored.Assemblies.GetValueOrDefault(package.Id, []);
        foreach (string file in restored.NativeFiles)
            assemblies.NativeFiles[Path.GetFileName(file)] = file;
        packageReferences.Clear();
        foreach (string file in restored.Assemblies.Values.SelectMany(files => files))
            if (!FrameworkReferences.Names.Value.ContainsKey(Path.GetFileNameWithoutExtension(file)))
                packageReferences.Add(references.File(file));
    }
}
