// PDEBench's 1D CFD layout, and its writer.
using ModelBalancing.Pde.Solvers;

namespace ModelBalancing.Pde.PdeBench;

/// <summary>All of a 1D CFD file but its fields.</summary>
public sealed record CfdHeader
{
    /// <summary>Number of trajectories, ≥ 1.</summary>
    public required int Samples { get; init; }

    /// <summary>Frames of each, ≥ 1.</summary>
    public required int Frames { get; init; }

    /// <summary>Cells of each frame, ≥ 4.</summary>
    public required int Points { get; init; }

    /// <summary>Time between two frames.</summary>
    public required double Interval { get; init; }

    /// <summary>Attribute <c>eta</c>.</summary>
    public double Eta { get; init; } = 1e-8;

    /// <summary>Attribute <c>zeta</c>.</summary>
    public double Zeta { get; init; } = 1e-8;

    /// <summary>Left end of the domain.</summary>
    public double XMin { get; init; } = -1;

    /// <summary>Right end of the domain.</summary>
    public double XMax { get; init; } = 1;

    /// <summary>How the file was made, as JSON; stored in the attribute <c>workbook</c>. Null: no such attribute, the published layout exactly.</summary>
    public string? Origin { get; init; }

    /// <summary>Bytes of the finished file's fields and coordinates; the file has some 4 KiB more.</summary>
    public long DataBytes => ToLayout().DataBytes;

    internal ContiguousLayout ToLayout() => new()
    {
        Samples = Samples,
        Arrays = [.. CfdFile.Fields.Select(name => new SampleArray(name, [Frames, Points]))],
        Coordinates = [new Coordinate("x-coordinate", PdeLayout.CellCentres(XMin, XMax, Points)), new Coordinate("t-coordinate", PdeLayout.Times(Frames + 1, Interval))],
        Attributes = [("eta", Eta), ("zeta", Zeta)],
        Origin = Origin,
    };
}

/// <summary><see cref="PdeWriter"/> for 1D CFD files.</summary>
public sealed class CfdWriter : IDisposable
{
    private readonly PdeWriter writer;

    private CfdWriter(PdeWriter writer) => this.writer = writer;

    /// <summary>Starts a new file; see <see cref="PdeWriter.Create"/>.</summary>
    /// <exception cref="PdeFileException">The folder is missing, the disk is too full, or another process is writing the file.</exception>
    public static CfdWriter Create(string target, CfdHeader header, bool keepPartial = false)
    {
        if (header.Samples < 1 || header.Frames < 1 || header.Points < 4)
            throw new ArgumentException($"A file of {header.Samples} samples, {header.Frames} frames and {header.Points} points was asked for; expected at least 1, 1 and 4.", nameof(header));
        return new CfdWriter(PdeWriter.Create(target, header.ToLayout(), keepPartial));
    }

    /// <summary>Adds samples behind those already written.</summary>
    /// <exception cref="PdeFileException">The disk is full or the file was damaged; the target is untouched.</exception>
    public void Append(FlowFields1d<float> block) => writer.Append(block.AsTrajectories());

    /// <summary>Flushes the file to the disk and gives it its name.</summary>
    /// <exception cref="InvalidOperationException">Samples are missing.</exception>
    public void Complete() => writer.Complete();

    /// <summary>Ends the writing; an unfinished file is deleted or kept as <see cref="Create"/> was told.</summary>
    public void Dispose() => writer.Dispose();
}
