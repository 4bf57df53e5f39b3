// Batches read ahead on another thread while the model computes.
using System.Collections;
using System.Runtime.ExceptionServices;
using ModelBalancing.Pde;
using TorchSharp;

namespace ModelBalancing.Training;

/// <summary>What a loader reads.</summary>
public sealed record PdeLoaderOptions
{
    /// <summary>Frames after the time stride; the first ones. Null: all.</summary>
    public int? Frames { get; init; }

    /// <summary>Every so many-th point of every axis.</summary>
    public int SpaceStride { get; init; } = 1;

    /// <summary>Every so many-th frame.</summary>
    public int TimeStride { get; init; } = 1;

    /// <summary>Bytes of batches that exist at a time, the one in use included; a single batch may be larger. Default 200 MB.</summary>
    public long MostBytes { get; init; } = 200_000_000;

    /// <summary>Ends the reading; <see cref="OperationCanceledException"/> in the loop over the batches.</summary>
    public CancellationToken Cancellation { get; init; }
}

/// <summary>A batch; the loader releases it when the next one is asked for.</summary>
/// <param name="Index">Place in the order.</param>
/// <param name="Rows">Sample numbers.</param>
/// <param name="Fields">Float32 (rows, points..., frames, channels), in physical units. Clone what is to live longer than the step.</param>
public sealed record PdeBatch(int Index, IReadOnlyList<int> Rows, torch.Tensor Fields);

/// <summary>Reads batches of a data set in a given order, ahead of their use, in bounded memory.</summary>
/// <param name="data">The data set; it is asked from one other thread only.</param>
/// <param name="batches">Sample numbers, batch by batch; the batches come in this order whatever the machine does.</param>
/// <param name="options">Strides and bounds.</param>
/// <remarks>Every loop over it starts a thread, which ends with the loop, also when the loop is left early. What goes wrong there is thrown in the loop, after the
/// batches that were read before.</remarks>
public sealed class PdeLoader(IPdeData data, IReadOnlyList<int[]> batches, PdeLoaderOptions? options = null) : IEnumerable<PdeBatch>
{
    private readonly IPdeData data = data;
    private readonly IReadOnlyList<int[]> batches = batches;
    private readonly PdeLoaderOptions options = options ?? new PdeLoaderOptions();

    /// <summary>Number of batches.</summary>
    public int Count => batches.Count;

    /// <summary>Bytes of one batch of so many rows.</summary>
    public long BytesOf(int rows) => data.Points.Aggregate(4L * rows * Frames * data.Channels.Count, (product, n) => product * ((n + options.SpaceStride - 1) / options.SpaceStride));

    /// <inheritdoc/>
    public IEnumerator<PdeBatch> GetEnumerator()
    {
        using var ahead = new ReadingAhead(this);
        while (ahead.Next() is { } batch)
        {
            yield return batch;
            ahead.Release(batch);
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private int Frames => options.Frames ?? (data.Frames + options.TimeStride - 1) / options.TimeStride;

    /// <summary>The other thread and what it has read.</summary>
    private sealed class ReadingAhead : IDisposable
    {
        private readonly PdeLoader loader;
        private readonly CancellationTokenSource stop;
        private readonly Thread thread;
        private readonly object gate = new();
        private readonly Queue<PdeBatch> ready = [];
        private PdeBatch? used;
        private long bytes;
        private bool isDone;
        private Exception? failure;

        public ReadingAhead(PdeLoader loader)
        {
            this.loader = loader;
            stop = CancellationTokenSource.CreateLinkedTokenSource(loader.options.Cancellation);
            stop.Token.Register(Wake);
            thread = new Thread(Run) { IsBackground = true, Name = "PDE data" };
            thread.Start();
        }

        public PdeBatch? Next()
        {
            lock (gate)
            {
                while (ready.Count == 0 && !isDone)
                    Monitor.Wait(gate);
                if (ready.TryDequeue(out var next))
                    return used = next;
                if (failure is not null)
                    ExceptionDispatchInfo.Throw(failure);
                return null;
            }
        }

        public void Release(PdeBatch batch)
        {
            batch.Fields.Dispose();
            lock (gate)
            {
                used = null;
                bytes -= loader.BytesOf(batch.Rows.Count);
                Monitor.PulseAll(gate);
            }
        }

        public void Dispose()
        {
            stop.Cancel();
            thread.Join();
            stop.Dispose();
            used?.Fields.Dispose();
            foreach (var batch in ready)
                batch.Fields.Dispose();
        }

        private void Run()
        {
            try
            {
                for (var index = 0; index < loader.batches.Count; index++)
                {
                    var rows = loader.batches[index];
                    var size = loader.BytesOf(rows.Length);
                    lock (gate)
                    {
                        while (bytes > 0 && bytes + size > loader.options.MostBytes && !stop.IsCancellationRequested)
                            Monitor.Wait(gate);
                        bytes += size;
                    }
                    stop.Token.ThrowIfCancellationRequested();
                    var fields = Read(rows).DetachFromDisposeScope();
                    lock (gate)
                    {
                        ready.Enqueue(new PdeBatch(index, rows, fields));
                        Monitor.PulseAll(gate);
                    }
                }
            }
            catch (Exception wrong)
            {
                failure = wrong;
            }
            finally
            {
                lock (gate)
                {
                    isDone = true;
                    Monitor.PulseAll(gate);
                }
            }
        }

        private torch.Tensor Read(int[] rows) => loader.data is PublishedTrajectories file
            ? file.Read(rows, loader.Frames, loader.options.SpaceStride, loader.options.TimeStride, stop.Token)
            : loader.data.Read(rows, loader.Frames, loader.options.SpaceStride, loader.options.TimeStride);

        private void Wake()
        {
            lock (gate)
                Monitor.PulseAll(gate);
        }
    }
}
