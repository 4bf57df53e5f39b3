// Files of flows on a line, in PDEBench's layout, from and to the solver's own fields.
using System.Numerics;
using ModelBalancing.Pde.PdeBench;
using ModelBalancing.Pde.Solvers;

namespace ModelBalancing.Tests.Pde;

internal static class LineFlowFile
{
    private static readonly string[] fields = ["density", "pressure", "Vx"];

    /// <summary>The layout of a published 1D file with viscosities 0.01 and 0.02 and an interval of 0.05 on (-1, 1).</summary>
    public static ContiguousLayout Layout(int samples = 5, int frames = 4, int points = 16, string? origin = null) => new()
    {
        Samples = samples,
        Arrays = [.. fields.Select(name => new SampleArray(name, [frames, points]))],
        Coordinates = [new Coordinate("x-coordinate", PdeLayout.CellCentres(-1, 1, points)), new Coordinate("t-coordinate", PdeLayout.Times(frames + 1, 0.05))],
        Attributes = [("eta", 0.01), ("zeta", 0.02)],
        Origin = origin,
    };

    public static void Write(string path, ContiguousLayout layout, FlowFields1d<float> values)
    {
        using var writer = PdeWriter.Create(path, layout);
        writer.Append(values.AsTrajectories());
        writer.Complete();
    }

    public static FlowFields1d<T> Read<T>(string path, PdeSelection? selection = null) where T : unmanaged, IFloatingPointIeee754<T> =>
        FlowFields1d<T>.Over(PdeFile.Read<T>(PdeFile.Info(path), selection, TestContext.Current.CancellationToken));
}
