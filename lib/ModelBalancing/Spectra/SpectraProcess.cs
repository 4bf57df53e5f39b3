// Spectra beside the training: weights are written down, another process analyses them, the numbers are used at the next refresh.
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelBalancing.Spectra;

/// <summary>One layer's report as text: what a saved run keeps of a snapshot.</summary>
/// <param name="Name">The layer.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Rows">Rows of its matrix.</param>
/// <param name="Columns">Columns of its matrix.</param>
/// <param name="WeightType">The weight's own type.</param>
/// <param name="Eigenvalues">All eigenvalues as little-endian doubles, base 64.</param>
/// <param name="Fit">The tail's fit; null if there is none.</param>
/// <param name="Note">What a reader must know; null if nothing.</param>
/// <param name="Kept">Eigenvalues that pass the filter.</param>
[JsonNumberHandling(JsonNumberHandling.AllowNamedFloatingPointLiterals)]
public sealed record StoredReport(string Name, WeightKind Kind, long Rows, long Columns, ScalarType WeightType, string Eigenvalues, TailFit? Fit, string? Note, int Kept)
{
    /// <summary>Writes a report down without loss.</summary>
    public static StoredReport Of(LayerReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var bytes = new byte[report.Spectrum.Count * sizeof(double)];
        Buffer.BlockCopy(report.Spectrum.Eigenvalues, 0, bytes, 0, bytes.Length);
        return new StoredReport(report.Name, report.Kind, report.Rows, report.Columns, report.Spectrum.WeightType, Convert.ToBase64String(bytes), report.Fit, report.Note, report.Kept);
    }

    /// <summary>The report again.</summary>
    public LayerReport Restored()
    {
        var bytes = Convert.FromBase64String(Eigenvalues);
        var values = new double[bytes.Length / sizeof(double)];
        Buffer.BlockCopy(bytes, 0, values, 0, bytes.Length);
        return new LayerReport(Name, Kind, Rows, Columns, new Spectrum(values, Rows, Columns, WeightType), Fit, Note, Kept);
    }
}

/// <summary>What the other process is asked: written beside the snapshot.</summary>
/// <param name="Fidelity">Variant of the method.</param>
/// <param name="Tail">Where the tail starts.</param>
/// <param name="Position">Position of the fixed tail, or null.</param>
/// <param name="Method">How eigenvalues are computed.</param>
/// <param name="Tolerance">Tolerance of the Gram method.</param>
/// <param name="Layers">Names and kinds, in the order of the snapshot's tensors "0", "1", ….</param>
internal sealed record SnapshotRequest(Fidelity Fidelity, TailRule Tail, double? Position, EigenvalueMethod Method, double Tolerance, IReadOnlyList<SnapshotLayer> Layers);

/// <summary>One layer of a snapshot.</summary>
internal sealed record SnapshotLayer(string Name, WeightKind Kind);

/// <summary>Analyses a model's weights in a process beside the training; a result belongs to the snapshot of one refresh and is given at the next.</summary>
/// <remarks>
/// Refresh k takes a snapshot and returns the reports of snapshot k − 1, for which it waits if they are late; refresh 0 analyses at once, and its reports serve
/// refresh 1 too. So the numbers depend on the weights alone and never on timing. The pending result is part of <see cref="State"/>.
/// A process, not a thread: the matrix library has one thread count for all threads, and a training step beside it would slow down.
/// </remarks>
public sealed class SpectraProcess : IDisposable
{
    /// <summary>First argument of a program that is to serve as the other process: <see cref="Serve"/> gets the second.</summary>
    public const string Verb = "__analyse-snapshot";

    private const string WeightsFile = "weights.bin", RequestFile = "request.json", ResultFile = "reports.json";

    private readonly IReadOnlyList<string> command;
    private readonly Fidelity fidelity;
    private readonly EsdOptions options;
    private readonly string folder;
    private Process? running;
    private Task<string>? errors;
    private IReadOnlyList<LayerReport>? pending;

    /// <summary>Makes it; no process is started yet.</summary>
    /// <param name="fidelity">Variant of the method; Corrected if left out.</param>
    /// <param name="options">What to analyse, and how; SVD of linear and convolution layers if left out.</param>
    /// <param name="command">Program and first arguments of the other process; this program with <see cref="Verb"/> if left out.</param>
    public SpectraProcess(Fidelity? fidelity = null, EsdOptions? options = null, IReadOnlyList<string>? command = null)
    {
        (this.fidelity, this.options) = (fidelity ?? Fidelity.Corrected, options ?? new EsdOptions());
        this.command = command ?? ThisProgram();
        folder = Directory.CreateTempSubdirectory("workbook-spectra-").FullName;
    }

    /// <summary>The analysis for TempBalance.Attach and StepBalance.Attach: gives the last snapshot's reports and takes a new one.</summary>
    /// <param name="module">The model.</param>
    /// <exception cref="SpectrumException">A weight holds NaN or infinite values, or the other process failed.</exception>
    public IReadOnlyList<LayerReport> Refresh(nn.Module module)
    {
        if (running is null && pending is null)
        {
            pending = Esd.Analyse(module, fidelity, options);
            return pending;
        }
        var reports = Pending();
        Start(module);
        return reports;
    }

    /// <summary>The pending snapshot's reports, waited for: what a run saves.</summary>
    public IReadOnlyList<StoredReport> State => [.. Pending().Select(StoredReport.Of)];

    /// <summary>Takes over a saved state.</summary>
    /// <param name="state">What <see cref="State"/> gave.</param>
    public void Restore(IReadOnlyList<StoredReport> state)
    {
        ArgumentNullException.ThrowIfNull(state);
        Stop();
        pending = [.. state.Select(stored => stored.Restored())];
    }

    /// <summary>What the other process does: reads a snapshot's folder, writes its reports.</summary>
    /// <param name="folder">The folder.</param>
    /// <returns>Exit code: 0 done, 1 failed with the sentence in the result.</returns>
    public static int Serve(string folder)
    {
        var result = Path.Combine(folder, ResultFile);
        try
        {
            using var scope = NewDisposeScope();
            var request = JsonSerializer.Deserialize<SnapshotRequest>(File.ReadAllText(Path.Combine(folder, RequestFile)))!;
            using var stream = File.OpenRead(Path.Combine(folder, WeightsFile));
            var weights = new List<WeightMatrix>();
            foreach (var layer in request.Layers)
                weights.Add(WeightMatrix.Of(layer.Name, layer.Kind, ReadTensor(stream), request.Fidelity));
            var reports = Esd.Analyse(weights, request.Fidelity, new EsdOptions(request.Tail) { Position = request.Position, Method = request.Method, Tolerance = request.Tolerance, Threads = 1 });
            Replace(result, JsonSerializer.Serialize(reports.Select(StoredReport.Of)));
            return 0;
        }
        catch (SpectrumException failure)
        {
            Replace(result, JsonSerializer.Serialize(failure.Message));
            return 1;
        }
    }

    /// <summary>Ends the other process and removes the snapshot.</summary>
    public void Dispose()
    {
        Stop();
        Directory.Delete(folder, recursive: true);
    }

    private void Start(nn.Module module)
    {
        var weights = WeightMatrices.Of(module, fidelity, options.Select, options.Embeddings);
        using (var stream = File.Create(Path.Combine(folder, WeightsFile)))
        {
            foreach (var weight in weights)
                WriteTensor(stream, weight.Weight);
        }
        var request = new SnapshotRequest(fidelity, options.Tail, options.Position, options.Method, options.Tolerance, [.. weights.Select(weight => new SnapshotLayer(weight.Name, weight.Kind))]);
        File.WriteAllText(Path.Combine(folder, RequestFile), JsonSerializer.Serialize(request));
        File.Delete(Path.Combine(folder, ResultFile));
        var start = new ProcessStartInfo(command[0], [.. command.Skip(1), folder]) { RedirectStandardError = true, RedirectStandardOutput = true };
        // One thread, read when the libraries load; the training keeps the others.
        start.Environment["OPENBLAS_NUM_THREADS"] = start.Environment["OMP_NUM_THREADS"] = "1";
        running = Process.Start(start)!;
        running.OutputDataReceived += (_, _) => { };
        running.BeginOutputReadLine();
        errors = running.StandardError.ReadToEndAsync();
        pending = null;
    }

    private IReadOnlyList<LayerReport> Pending()
    {
        if (pending is not null)
            return pending;
        if (running is not { } process)
            throw new InvalidOperationException("There is no snapshot yet: call Refresh first.");
        process.WaitForExit();
        var code = process.ExitCode;
        process.Dispose();
        running = null;
        var result = Path.Combine(folder, ResultFile);
        if (code == 0)
            return pending = [.. JsonSerializer.Deserialize<List<StoredReport>>(File.ReadAllText(result))!.Select(stored => stored.Restored())];
        throw new SpectrumException(File.Exists(result) ? JsonSerializer.Deserialize<string>(File.ReadAllText(result))!
            : $"The process that analyses weights beside the training ended with code {code}: {errors?.Result.Trim()}; train without it (synchronously), or start ./workbook doctor.");
    }

    private void Stop()
    {
        if (running is { } process)
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
            process.WaitForExit();
            process.Dispose();
        }
        (running, pending) = (null, null);
    }

    private static List<string> ThisProgram()
    {
        var program = Environment.ProcessPath ?? "dotnet";
        return Path.GetFileNameWithoutExtension(program) == "dotnet" ? [program, Environment.GetCommandLineArgs()[0], Verb] : [program, Verb];
    }

    // Type, axes, bytes: both ends are this file, and the snapshot lives for one refresh.
    private static void WriteTensor(Stream stream, Tensor tensor)
    {
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        var plain = tensor.detach().cpu().contiguous();
        using var writer = new BinaryWriter(stream, System.Text.Encoding.UTF8, leaveOpen: true);
        writer.Write((int)plain.dtype);
        writer.Write(plain.shape.Length);
        foreach (var axis in plain.shape)
            writer.Write(axis);
        writer.Write(plain.bytes);
    }

    private static Tensor ReadTensor(Stream stream)
    {
        using var reader = new BinaryReader(stream, System.Text.Encoding.UTF8, leaveOpen: true);
        var type = (ScalarType)reader.ReadInt32();
        var shape = new long[reader.ReadInt32()];
        for (var i = 0; i < shape.Length; i++)
            shape[i] = reader.ReadInt64();
        var tensor = empty(shape, dtype: type);
        reader.BaseStream.ReadExactly(tensor.bytes);
        return tensor;
    }

    private static void Replace(string path, string text)
    {
        File.WriteAllText(path + ".partial", text);
        File.Move(path + ".partial", path, overwrite: true);
    }
}
