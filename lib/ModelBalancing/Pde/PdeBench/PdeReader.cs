// How parts of a data file are read: in contiguous pieces, thinned in memory.
using System.Buffers;

namespace ModelBalancing.Pde.PdeBench;

/// <summary>Reads a selection of an open file.</summary>
/// <remarks>
/// A strided selection along space would be read value by value, so whole frames are read and thinned in memory. Frames that a stride in time leaves out are
/// skipped where that saves a look at the disk, and read along where they lie in the same few pages. Samples that were not asked for are never touched.
/// All pieces are announced to the system before the first is read, so that the disk has many orders at a time instead of one after the other.
/// </remarks>
/// <typeparam name="T">float or double.</typeparam>
internal sealed unsafe class PdeReader<T> where T : unmanaged
{
    // A piece that is thinned in memory has about so many values: 8 MiB of floats.
    private const long PieceValues = 2 << 20;

    // A gap between frames that is not worth a jump: the library's own buffer is as large.
    private const long GapBytes = 64 << 10;

    private readonly Hdf5Session session;
    private readonly PdeFileInfo info;
    private readonly CancellationToken cancellation;
    private readonly IReadOnlyList<int> samples, kept;
    private readonly int frames, spaceStride, timeStride;
    private readonly long cells, keptCells;
    private T[] buffer = [];

    public PdeReader(Hdf5Session session, PdeFileInfo info, PdeSelection selection, CancellationToken cancellation)
    {
        (this.session, this.info, this.cancellation) = (session, info, cancellation);
        (samples, frames, kept) = selection.In(info);
        (spaceStride, timeStride) = (selection.SpaceStride, frames == 1 ? 1 : selection.TimeStride);
        cells = info.Cells;
        keptCells = kept.Aggregate(1L, (product, n) => product * n);
    }

    /// <summary>Fills (sample, time, space...) of every channel.</summary>
    /// <param name="channels">Which.</param>
    /// <param name="places">Where each goes.</param>
    /// <param name="soon">Samples that another reader will be asked for next.</param>
    public void Fill(IReadOnlyList<string> channels, IReadOnlyList<nint> places, IReadOnlyList<int>? soon = null)
    {
        try
        {
            if (info.Groups.Count == 0)
            {
                var fields = channels.Select(Open).ToArray();
                using (var advice = new ReadingAdvice(info.Path))
                    foreach (var some in new[] { samples, soon ?? [] })
                        foreach (var (_, field) in fields)
                            Announce(advice, field, some);
                for (var c = 0; c < channels.Count; c++)
                    FillArray(channels[c], fields[c], (T*)places[c]);
            }
            else
                for (var s = 0; s < samples.Count; s++)
                    FillGroup(s, channels, places);
        }
        finally
        {
            Return();
        }
    }

    private (long Dataset, Hdf5Field Field) Open(string name)
    {
        var opened = session.OpenField(name);
        long[] expected = HasTime(name) ? [info.Samples, info.Frames, .. info.Shape.Select(n => (long)n)] : [info.Samples, .. info.Shape.Select(n => (long)n)];
        return opened.Field.Extent.SequenceEqual(expected) ? opened : throw session.Mismatch(name, opened.Field.Extent, expected);
    }

    private bool HasTime(string name) => !(info.Family == PdeFamily.Darcy && name == "nu");

    // Only what will be read: left out are the frames that the stride jumps over, and those behind the last.
    private void Announce(ReadingAdvice advice, Hdf5Field field, IReadOnlyList<int> some)
    {
        if (field.Start is not { } start)
            return;
        long frame = cells * field.ValueBytes, sample = field.Extent[1..].Aggregate((long)field.ValueBytes, (product, n) => product * n);
        foreach (var (_, first, number) in Runs(some, int.MaxValue))
            if (!SkipsFrames && Span * frame >= sample)
                advice.WillRead(start + first * sample, number * sample);
            else
                for (var s = first; s < first + number; s++)
                    for (var f = 0; f < (SkipsFrames ? frames : 1); f++)
                        advice.WillRead(start + s * sample + f * timeStride * frame, SkipsFrames ? frame : Span * frame);
    }

    private bool SkipsFrames => timeStride > 1 && (timeStride - 1) * cells * sizeof(T) >= GapBytes;

    private int Span => (frames - 1) * timeStride + 1;

    private void FillArray(string name, (long Dataset, Hdf5Field Field) opened, T* to)
    {
        var (dataset, field) = opened;
        var hasTime = HasTime(name);
        var count = Array.ConvertAll(field.Extent, n => (ulong)n);
        var start = new ulong[count.Length];

        void Piece(int first, int number, int frame, int length, T* into)
        {
            (start[0], count[0]) = ((ulong)first, (ulong)number);
            if (hasTime)
                (start[1], count[1]) = ((ulong)frame, (ulong)length);
            Read(dataset, field, start, count, into, name);
        }

        var framePieces = SkipsFrames;
        var span = framePieces ? 1 : Span;
        var isDirect = spaceStride == 1 && (timeStride == 1 || framePieces);
        foreach (var (at, first, number) in Runs(samples, Math.Max(1, PieceValues / (span * cells))))
            if (framePieces)
                for (var s = 0; s < number; s++)
                    for (var f = 0; f < frames; f++)
                    {
                        var into = to + ((long)(at + s) * frames + f) * keptCells;
                        if (isDirect)
                            Piece(first + s, 1, f * timeStride, 1, into);
                        else
                        {
                            fixed (T* staged = Buffer(cells))
                            {
                                Piece(first + s, 1, f * timeStride, 1, staged);
                                Thin(staged, cells, 1, 1, into);
                            }
                        }
                    }
            else if (isDirect)
                Piece(first, number, 0, frames, to + (long)at * frames * keptCells);
            else if (number > 1 || span * cells <= PieceValues)
                fixed (T* staged = Buffer(number * span * cells))
                {
                    Piece(first, number, 0, span, staged);
                    for (var s = 0; s < number; s++)
                        Thin(staged + s * span * cells, timeStride * cells, 1, frames, to + (long)(at + s) * frames * keptCells);
                }
            else
            {
                // One sample is larger than a piece: as many frames as fit, at least one.
                var atATime = (int)Math.Max(1, PieceValues / (timeStride * cells));
                for (var f = 0; f < frames; f += atATime)
                {
                    var some = Math.Min(atATime, frames - f);
                    var length = (some - 1) * timeStride + 1;
                    fixed (T* staged = Buffer(length * cells))
                    {
                        Piece(first, 1, f * timeStride, length, staged);
                        Thin(staged, timeStride * cells, 1, some, to + ((long)at * frames + f) * keptCells);
                    }
                }
            }
    }

    // (time, space..., channel) of one group, channels to places of their own.
    private void FillGroup(int sample, IReadOnlyList<string> channels, IReadOnlyList<nint> places)
    {
        var name = info.Groups[samples[sample]] + "/data";
        var (dataset, field) = session.OpenField(name);
        int all = info.Channels.Count;
        long[] expected = [info.Frames, .. info.Shape.Select(n => (long)n), all];
        if (!field.Extent.SequenceEqual(expected))
            throw session.Mismatch(name, field.Extent, expected);
        var count = Array.ConvertAll(expected, n => (ulong)n);
        var start = new ulong[count.Length];
        var isSkipping = (timeStride - 1) * cells * all * sizeof(T) >= GapBytes;
        var atATime = isSkipping ? 1 : (int)Math.Max(1, PieceValues / (timeStride * cells * all));
        for (var f = 0; f < frames; f += atATime)
        {
            var some = Math.Min(atATime, frames - f);
            var length = (some - 1) * timeStride + 1;
            (start[0], count[0]) = ((ulong)(f * timeStride), (ulong)length);
            fixed (T* staged = Buffer(length * cells * all))
            {
                Read(dataset, field, start, count, staged, name);
                for (var c = 0; c < channels.Count; c++)
                    Thin(staged + Place(channels[c]), timeStride * cells * all, all, some, (T*)places[c] + ((long)sample * frames + f) * keptCells);
            }
        }
        session.Release(1);
    }

    private int Place(string channel)
    {
        for (var c = 0; c < info.Channels.Count; c++)
            if (info.Channels[c] == channel)
                return c;
        throw new ArgumentException($"{info.Path} has no channel '{channel}'; it has {string.Join(", ", info.Channels)}.");
    }

    private void Read(long dataset, Hdf5Field field, ulong[] start, ulong[] count, T* into, string name)
    {
        cancellation.ThrowIfCancellationRequested();
        session.Read(dataset, field, name, start, count, typeof(T) == typeof(double), (IntPtr)into);
    }

    // Every timeStride-th frame and every spaceStride-th cell of what was read; step is the distance of two neighbouring cells, next that of two kept frames.
    private void Thin(T* from, long next, int step, int count, T* to)
    {
        int rank = kept.Count;
        long x = rank > 2 ? kept[^3] : 1, y = rank > 1 ? kept[^2] : 1, z = kept[^1];
        long rowStep = (long)spaceStride * step, row = (long)info.Shape[^1] * step, plane = rank > 1 ? row * info.Shape[^2] : row;
        for (var f = 0; f < count; f++, from += next)
        {
            if (spaceStride == 1 && step == 1)
            {
                new ReadOnlySpan<T>(from, (int)cells).CopyTo(new Span<T>(to, (int)cells));
                to += cells;
                continue;
            }
            for (long i = 0; i < x; i++)
                for (long j = 0; j < y; j++)
                {
                    var at = from + i * spaceStride * plane + j * spaceStride * row;
                    for (long k = 0; k < z; k++, at += rowStep)
                        *to++ = *at;
                }
        }
    }

    private T[] Buffer(long values)
    {
        if (buffer.Length < values)
        {
            Return();
            buffer = ArrayPool<T>.Shared.Rent(checked((int)values));
        }
        return buffer;
    }

    private void Return()
    {
        if (buffer.Length > 0)
            ArrayPool<T>.Shared.Return(buffer);
        buffer = [];
    }

    // Neighbouring samples together, so that a prefix or a block is few reads.
    private static IEnumerable<(int At, int First, int Count)> Runs(IReadOnlyList<int> samples, long longest)
    {
        for (var at = 0; at < samples.Count;)
        {
            var count = 1;
            while (count < longest && at + count < samples.Count && samples[at + count] == samples[at] + count)
                count++;
            yield return (at, samples[at], count);
            at += count;
        }
    }
}
