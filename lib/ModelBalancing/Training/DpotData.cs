// Data as a pre-trained DPOT wants it (utils/griddataset.py of thu-ml/DPOT): its resolution, its order of fields, ones for fields that are missing.
using ModelBalancing.Pde;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelBalancing.Training;

/// <summary>A data set on a plane, prepared for a <see cref="Models.Dpot"/>.</summary>
/// <param name="Inner">The data set.</param>
/// <param name="Resolution">Points of both axes; fields of other sizes are resized bilinearly.</param>
/// <param name="ModelChannels">Fields that the model takes, at least as many as the data has.</param>
/// <remarks>Fields come in the published order Vx, Vy, density, pressure where they have these names; missing ones are filled with ones at the end.</remarks>
public sealed record DpotData(IPdeData Inner, int Resolution, int ModelChannels) : IPdeData
{
    private static readonly string[] order = ["Vx", "Vy", "density", "pressure"];

    /// <summary>Number of fields that are the data's own; the others are filler and are not scored.</summary>
    public int OwnChannels => Inner.Channels.Count;

    /// <inheritdoc/>
    public int Samples => Inner.Samples;

    /// <inheritdoc/>
    public IReadOnlyList<string> Channels => [.. Places.Select(place => Inner.Channels[place]), .. Enumerable.Range(0, ModelChannels - OwnChannels).Select(filler => $"filler{filler}")];

    /// <inheritdoc/>
    public int Frames => Inner.Frames;

    /// <inheritdoc/>
    public IReadOnlyList<int> Points => [Resolution, Resolution];

    /// <inheritdoc/>
    public Tensor Read(IReadOnlyList<int> rows, int frames, int spaceStride = 1, int timeStride = 1)
    {
        using var scope = NewDisposeScope();
        var fields = Inner.Read(rows, frames, spaceStride, timeStride).index_select(4, tensor(Places.Select(place => (long)place).ToArray())); // (b, x, y, t, c)
        if (fields.shape[1] != Resolution || fields.shape[2] != Resolution)
        {
            var images = fields.permute(0, 3, 4, 1, 2).reshape(-1, 1, fields.shape[1], fields.shape[2]);
            fields = nn.functional.interpolate(images, size: [Resolution, Resolution], mode: InterpolationMode.Bilinear, align_corners: false)
                .view(fields.shape[0], frames, OwnChannels, Resolution, Resolution).permute(0, 3, 4, 1, 2);
        }
        if (ModelChannels > OwnChannels)
            fields = cat([fields, ones([.. fields.shape[..^1], ModelChannels - OwnChannels])], 4);
        return fields.contiguous().MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor Grid(int spaceStride = 1)
    {
        using var scope = NewDisposeScope();
        var line = linspace(0, 1, Resolution);
        return stack(meshgrid([line, line]), -1).MoveToOuterDisposeScope();
    }

    private int[] Places => [.. Enumerable.Range(0, Inner.Channels.Count).OrderBy(place => Array.IndexOf(order, Inner.Channels[place]) is >= 0 and var known ? known : order.Length + place)];
}
