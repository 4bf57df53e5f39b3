// Spectra beside the training: weights are written down, another process analyses them, the numbers are used at the next refresh.
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelBalancing.Spectra;

/// <summary>What the other process is asked: written beside the snapshot.</summary>
/// <param name="Fidelity">Variant of the method.</param>
/// <param name="Options">How to analyse.</param>
/// <param name="Layers">Names and kinds, in the order of the snapshot's tensors.</param>
internal sealed record SnapshotRequest(Fidelity Fidelity, SnapshotOptions Options, IReadOnlyList<SnapshotLayer> Layers);

/// <summary>What of <see cref="EsdOptions"/> matters once the layers are listed.</summary>
internal sealed record SnapshotOptions(TailRule Tail, EigenvalueMethod Method, double Tolerance, int Seed, SpectralView? Spectral)
{
    internal static SnapshotOptions Of(EsdOptions options) =>
        new(options.Tail, options.Method, options.Tolerance, options.Seed, options.Spectral);

    // One thread: the training keeps the others.
    internal EsdOptions ToOptions() => new(Tail)
    {
        Method = Method, Tolerance = Tolerance, Seed = Seed, Spectral = Spectral, Threads = 1,
    };
}

/// <summary>One layer of a snapshot.</summary>
internal sealed record SnapshotLayer(string Name, WeightKind Kind);

/// <summary>Analyses a model's weights in a process beside the training; a result belongs to the snapshot of one refresh and is given at the next.</summary>
/// <remarks>
/// Refresh k takes a snapshot and returns the reports of snapshot k − 1, for which it waits if they are late; refresh 0 analyses at once, and its reports serve
/// refresh 1 too. So the numbers depend on the weights alone and never on timing. The pending result is part of <see cref="State"/>.
/// A process, not a thread: the matrix library has one thread count for all threads, and a training step beside it would slow down.
/// Where every matrix is small (<see cref="SmallSpectrum"/>), asking costs more than the answer: the snapshot is analysed at once, and still used one refresh later.
/// The process is started at the first refresh and serves until <see cref="Dispose"/>; it ends by itself when this one is gone, however that came about.
/// </remarks>
public sealed class SpectraProcess : IDisposable
{
    /// <summary>First argument of a program that is to serve as the other process: <see cref="Serve"/> gets the second.</summary>
    public const string Verb = "__analyse-snapshots";

    private const string WeightsFile = "weights.bin", RequestFile = "request.json";

    // Lines on the two pipes; an answer's is followed by JSON.
    private const string Ask = "analyse", Done = "#done ", Failed = "#failed ";

    private readonly IReadOnlyList<string>? command;
    private readonly Fidelity fidelity;
    private readonly EsdOptions options;
    private string? folder, request;
    private Process? running;
    private Task<string>? errors;
    private bool isAsked;
    private (IReadOnlyList<LayerReport> Reports, string? Failure)? pending;

    /// <summary>Makes it; no process is started yet.</summary>
    /// <param name="fidelity">Variant of the method; Corrected if left out.</param>
    /// <param name="options">What to analyse, and how; linear and convolution layers if left out.</param>
    /// <param name="command">Program and first arguments of the other process; the workbook's program with <see cref="Verb"/> if left out.</param>
    public SpectraProcess(Fidelity? fidelity = null, EsdOptions? options = null, IReadOnlyList<string>? command = null) =>
        (this.fidelity, this.options, this.command) = (fidelity ?? Fidelity.Corrected, options ?? new EsdOptions(), command);

    /// <summary>The analysis for TempBalance.Attach and StepBalance.Attach: gives the last snapshot's reports and takes a new one.</summary>
    /// <param name="module">The model.</param>
    /// <exception cref="SpectrumException">A weight holds NaN or infinite values, or the other process failed.</exception>
    public IReadOnlyList<LayerReport> Refresh(nn.Module module)
    {
        if (pending is null && !isAsked)
        {
            var weights = Esd.Weights(module, fidelity, options);
            if (!weights.All(SmallSpectrum.IsFor))
                Launch(); // while the first steps are taken
            var now = Esd.Analyse(weights, fidelity, options);
            pending = (now, null);
            return now;
        }
        var (reports, failure) = Pending();
        if (failure is not null)
            throw new SpectrumException(failure);
        Snapshot(module);
        return reports;
    }

    /// <summary>What came of the pending snapshot, waited for: what a run saves.</summary>
    /// <exception cref="SpectrumException">The other process failed.</exception>
    public PendingSnapshot State
    {
        get
        {
            if (pending is null && !isAsked)
                return new PendingSnapshot([]);
            var (reports, failure) = Pending();
            return new PendingSnapshot([.. reports.Select(StoredReport.Of)], failure);
        }
    }

    /// <summary>Takes over a saved state.</summary>
    /// <param name="state">What <see cref="State"/> gave.</param>
    public void Restore(PendingSnapshot state)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (isAsked)
            Stop();
        pending = state is { Reports.Count: 0, Failure: null } ? null : ([.. state.Reports.Select(stored => stored.Restored())], state.Failure);
    }

    /// <summary>Process id of the other process; null while there is none.</summary>
    internal int? ProcessId => running?.Id;

    /// <summary>What the other process does: analyses the folder's snapshot whenever it is asked to, until the asking process is gone.</summary>
    /// <param name="folder">The folder.</param>
    /// <returns>Exit code 0; it is reached only where standard input can be read no more.</returns>
    public static int Serve(string folder)
    {
        // Ctrl-C reaches this process too; the training decides when both end.
        using var ignored = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => signal.Cancel = true);
        using var asked = new BlockingCollection<string>();
        var listener = new Thread(() =>
        {
            while (Console.In.ReadLine() is { } line)
                asked.Add(line);
            // The training has ended or was killed: nobody waits for what may still be computed.
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
            using var self = Process.GetCurrentProcess();
            self.Kill();
        }) { IsBackground = true };
        listener.Start();
        foreach (var _ in asked.GetConsumingEnumerable())
        {
            Console.Out.WriteLine(Analyse(folder));
            Console.Out.Flush();
        }
        return 0;
    }

    /// <summary>Ends the other process and removes the snapshot.</summary>
    public void Dispose()
    {
        Stop();
        if (folder is not null && Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        (folder, request) = (null, null);
    }

    private static string Analyse(string folder)
    {
        try
        {
            using var scope = NewDisposeScope();
            var request = JsonSerializer.Deserialize<SnapshotRequest>(File.ReadAllText(Path.Combine(folder, RequestFile)))!;
            using var stream = File.OpenRead(Path.Combine(folder, WeightsFile));
            var weights = new List<WeightMatrix>();
            foreach (var layer in request.Layers)
                weights.Add(Weight(layer, ReadTensor(stream), request));
            var reports = Esd.Analyse(weights, request.Fidelity, request.Options.ToOptions());
            return Done + JsonSerializer.Serialize(reports.Select(StoredReport.Of));
        }
        catch (SpectrumException failure)
        {
            return Failed + JsonSerializer.Serialize(failure.Message);
        }
    }

    private static WeightMatrix Weight(SnapshotLayer layer, Tensor tensor, SnapshotRequest request) => layer.Kind switch
    {
        WeightKind.Spectral when tensor.is_complex() => WeightMatrix.OfSpectral(layer.Name, tensor, request.Options.Spectral ?? SpectralView.PerMode),
        WeightKind.Spectral => WeightMatrix.OfFourierBlocks(layer.Name, tensor),
        _ => WeightMatrix.Of(layer.Name, layer.Kind, tensor, request.Fidelity),
    };

    private void Snapshot(nn.Module module)
    {
        var weights = Esd.Weights(module, fidelity, options);
        if (weights.All(SmallSpectrum.IsFor))
        {
            pending = AtOnce(weights);
            return;
        }
        folder ??= NewFolder();
        using (var stream = new FileStream(Path.Combine(folder, WeightsFile), FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 1 << 20))
        {
            foreach (var weight in weights)
                WriteTensor(stream, weight.Weight);
        }
        // The same from snapshot to snapshot, as long as the model has the same layers.
        var asked = JsonSerializer.Serialize(new SnapshotRequest(fidelity, SnapshotOptions.Of(options), [.. weights.Select(weight => new SnapshotLayer(weight.Name, weight.Kind))]));
        if (asked != request)
            File.WriteAllText(Path.Combine(folder, RequestFile), asked);
        request = asked;
        (pending, isAsked) = (null, true);
        Send();
    }

    private (IReadOnlyList<LayerReport> Reports, string? Failure) Pending()
    {
        if (pending is { } known)
            return known;
        var answer = Answer();
        if (answer is null)
        {
            // It was ended from outside, such as by a Ctrl-C before it could look away; the snapshot is still there.
            Send();
            answer = Answer();
        }
        isAsked = false;
        if (answer is null)
            throw new SpectrumException($"The process that analyses weights beside the training ends before it answers: {errors?.Result.Trim()}; train without it (synchronously), or start ./workbook doctor.");
        (IReadOnlyList<LayerReport> Reports, string? Failure) found = answer.StartsWith(Done, StringComparison.Ordinal)
            ? ([.. JsonSerializer.Deserialize<List<StoredReport>>(answer.AsSpan(Done.Length))!.Select(stored => stored.Restored())], null)
            : ([], JsonSerializer.Deserialize<string>(answer.AsSpan(Failed.Length)));
        pending = found;
        return found;
    }

    // Null if the process ended instead.
    private string? Answer()
    {
        while (running!.StandardOutput.ReadLine() is { } line)
        {
            if (line.StartsWith(Done, StringComparison.Ordinal) || line.StartsWith(Failed, StringComparison.Ordinal))
                return line;
        }
        running.WaitForExit();
        return null;
    }

    private void Send()
    {
        Launch();
        try
        {
            running!.StandardInput.WriteLine(Ask);
            running.StandardInput.Flush();
        }
        catch (IOException)
        {
            running!.WaitForExit(); // it ended just now; whoever waits for the answer sees that and starts another
        }
    }

    // What the process would answer.
    private (IReadOnlyList<LayerReport> Reports, string? Failure) AtOnce(IReadOnlyList<WeightMatrix> weights)
    {
        try
        {
            return (Esd.Analyse(weights, fidelity, options), null);
        }
        catch (SpectrumException failure)
        {
            return ([], failure.Message);
        }
    }

    private static string NewFolder() => Directory.CreateTempSubdirectory("workbook-spectra-").FullName;

    private void Launch()
    {
        if (running is { HasExited: false })
            return;
        running?.Dispose();
        folder ??= NewFolder();
        var program = command ?? ThisCommand();
        var start = new ProcessStartInfo(program[0], [.. program.Skip(1), folder]) { RedirectStandardInput = true, RedirectStandardError = true, RedirectStandardOutput = true };
        // One thread, read when the libraries load; the training keeps the others.
        start.Environment["OPENBLAS_NUM_THREADS"] = start.Environment["OMP_NUM_THREADS"] = "1";
        running = Process.Start(start)!;
        errors = running.StandardError.ReadToEndAsync();
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
        (running, pending, isAsked) = (null, null, false);
    }

    private static List<string> ThisCommand() => WorkbookProgram.Find(out var places) is { } program ? [.. program, Verb]
        : throw new SpectrumException($"The program that analyses weights beside the training is at none of {string.Join(", ", places)}: run ./workbook doctor once, or train without it (synchronously).");

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
}
