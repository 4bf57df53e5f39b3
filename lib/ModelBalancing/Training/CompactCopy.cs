// A part of a large file, thinned and side by side in the cache, so that later epochs read less and in order.
using System.Globalization;
using System.Text.Json;
using ModelBalancing.Experiments;
using ModelBalancing.Pde;
using ModelBalancing.Pde.PdeBench;
using TorchSharp;

namespace ModelBalancing.Training;

/// <summary>Rows of a data file at some strides, as a file of their own in the cache folder; rows keep their numbers.</summary>
/// <remarks>The copy is a file of PDEBench's layout, named by a hash of what it was made of: path, size and time of the original, rows and strides. It appears under
/// its name only when it is whole.</remarks>
public sealed class CompactCopy : IPdeData
{
    // Values copied at a time, about.
    private const long BlockValues = 8 << 20;

    private readonly PublishedTrajectories copy;
    private readonly PublishedTrajectories original;
    private readonly Dictionary<int, int> places;
    private readonly int spaceStride, timeStride;

    private CompactCopy(PublishedTrajectories copy, PublishedTrajectories original, IReadOnlyList<int> rows, int spaceStride, int timeStride, bool isReused)
    {
        (this.copy, this.original, this.spaceStride, this.timeStride, IsReused) = (copy, original, spaceStride, timeStride, isReused);
        places = rows.Select((row, place) => (row, place)).ToDictionary(pair => pair.row, pair => pair.place);
    }

    /// <summary>Folder of the copies.</summary>
    public static string Folder => System.IO.Path.Combine(Folders.Cache, "compact");

    /// <summary>The copy's file.</summary>
    public string Path => copy.Info.Path;

    /// <summary>The copy was there already.</summary>
    public bool IsReused { get; }

    /// <inheritdoc/>
    public int Samples => original.Samples;

    /// <inheritdoc/>
    public IReadOnlyList<string> Channels => original.Channels;

    /// <inheritdoc/>
    public int Frames => original.Frames;

    /// <inheritdoc/>
    public IReadOnlyList<int> Points => original.Points;

    /// <summary>Makes the copy, or finds it.</summary>
    /// <param name="data">The original.</param>
    /// <param name="rows">Rows that will be read, each once.</param>
    /// <param name="frames">Frames after the time stride.</param>
    /// <param name="spaceStride">Every so many-th point of every axis.</param>
    /// <param name="timeStride">Every so many-th frame.</param>
    /// <param name="mostBytes">Largest copy; also never more than half of what the disk has free.</param>
    /// <param name="folder">Where copies are kept; null: <see cref="Folder"/>.</param>
    /// <param name="cancellation">Ends the copying; nothing is left behind.</param>
    /// <returns>Null when the copy would not fit, or would be no smaller than the original.</returns>
    /// <exception cref="PdeFileException">The original is damaged, or the copy cannot be written.</exception>
    public static CompactCopy? Of(PublishedTrajectories data, IReadOnlyList<int> rows, int frames, int spaceStride = 1, int timeStride = 1, long mostBytes = 16L << 30, string? folder = null, CancellationToken cancellation = default)
    {
        var info = data.Info;
        var isDarcy = info.Family == PdeFamily.Darcy;
        var selection = new PdeSelection { Samples = rows, SpaceStride = spaceStride, TimeStride = isDarcy ? 1 : timeStride, Frames = isDarcy ? 1 : frames };
        var (_, kept, shape) = selection.In(info);
        int[] ordered = [.. rows.Distinct().Order()];
        var small = info with { Samples = ordered.Length, Frames = kept, Shape = shape, Groups = [], IsDouble = false };
        var layout = new ContiguousLayout
        {
            Samples = ordered.Length,
            Arrays = [.. info.Channels.Select(name => new SampleArray(name, isDarcy && name == "nu" ? shape : [kept, .. shape]))],
            Coordinates = [],
            Origin = Key(info, ordered, selection),
        };
        if (ordered.Length == 0 || layout.DataBytes > mostBytes || layout.DataBytes >= info.Bytes)
            return null;
        var path = System.IO.Path.Combine(Directory.CreateDirectory(folder ?? Folder).FullName, $"{CanonicalJson.Hash(layout.Origin)[..24]}.hdf5");
        small = small with { Path = path };
        if (IsWhole(path, layout.Origin))
            return new CompactCopy(new PublishedTrajectories(small), data, ordered, spaceStride, timeStride, isReused: true);
        if (layout.DataBytes > new DriveInfo(System.IO.Path.GetDirectoryName(path)!).AvailableFreeSpace / 2)
            return null;
        using (var writer = PdeWriter.Create(path, layout))
        {
            var atATime = (int)Math.Max(1, BlockValues / (kept * small.Cells * info.Channels.Count));
            foreach (var block in ordered.Chunk(atATime))
            {
                var fields = PdeFile.Read<float>(info, selection with { Samples = block }, cancellation);
                PdeRanges.CheckFinite(info, fields, block);
                writer.Append(fields);
            }
            writer.Complete();
        }
        return new CompactCopy(new PublishedTrajectories(small), data, ordered, spaceStride, timeStride, isReused: false);
    }

    /// <inheritdoc/>
    /// <remarks>Rows and strides that are not in the copy are read from the original.</remarks>
    public torch.Tensor Read(IReadOnlyList<int> rows, int frames, int spaceStride = 1, int timeStride = 1) =>
        (spaceStride, timeStride) == (this.spaceStride, this.timeStride) && frames <= copy.Frames && rows.All(places.ContainsKey)
            ? copy.Read([.. rows.Select(row => places[row])], frames)
            : original.Read(rows, frames, spaceStride, timeStride);

    /// <inheritdoc/>
    public torch.Tensor Grid(int spaceStride = 1) => original.Grid(spaceStride);

    private static string Key(PdeFileInfo info, int[] rows, PdeSelection selection)
    {
        var file = new FileInfo(info.Path);
        return JsonSerializer.Serialize(new
        {
            file = file.FullName, bytes = file.Length, written = file.LastWriteTimeUtc.Ticks, selection.SpaceStride, selection.TimeStride, selection.Frames,
            rows = CanonicalJson.Hash(string.Join(',', rows.Select(row => row.ToString(CultureInfo.InvariantCulture)))),
        });
    }

    private static bool IsWhole(string path, string origin)
    {
        if (!File.Exists(path))
            return false;
        try
        {
            return PdeFile.Info(path).Origin == origin;
        }
        catch (PdeFileException)
        {
            return false; // a damaged copy is made again
        }
    }
}
