// ./workbook data inspect: says what is in a data file.

using System.CommandLine;
using System.Globalization;
using ModelBalancing.Figures;
using ModelBalancing.Pde.PdeBench;

namespace Workbook.Commands;

/// <summary>Describes data.</summary>
internal static class DataInspectCommand
{
    internal static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = $"A PDEBench data file of any family, or one like it: {DataFileArgument.Where}." };
        var ranges = new Option<bool>("--ranges") { Description = "Read every value: smallest, largest and mean of each channel, and what is not finite." };
        var json = DataCommand.Json();
        var inspect = new Command("inspect", "Says what is in a data file.") { file, ranges, json };
        inspect.SetAction((parsed, cancellation) =>
        {
            var info = PdeFile.Info(DataFileArgument.Find(parsed.GetValue(file)!));
            IReadOnlyList<ChannelRange>? found = null;
            if (parsed.GetValue(ranges))
            {
                using var line = new ProgressLine("reading samples");
                found = PdeRanges.Of(info, new ImmediateProgress<(int Done, int Total, TimeSpan Left)>(progress => line.Show(progress.Done, progress.Total, progress.Left)), cancellation);
            }

            if (parsed.GetValue(json)) JsonOutput.Write(Described(info, found));
            else Print(info, found);
            return Task.FromResult(0);
        });
        return inspect;
    }

    private static void Print(PdeFileInfo info, IReadOnlyList<ChannelRange>? ranges)
    {
        Console.WriteLine($"{info.Path}: {Shape(info)}");
        Console.WriteLine($"  channels {string.Join(", ", info.Channels)}; {info.Storage}{(info.Groups.Count > 0 ? $", a group a sample ({info.Groups[0]} to {info.Groups[^1]})" : "")}");
        for (var axis = 0; axis < info.Shape.Count; axis++)
            Console.WriteLine($"  {"xyz"[axis]}        {(info.Coordinates[axis] is { } centres ? Ends(centres) : "not in the file")}");
        Console.WriteLine($"  t        {(info.T is { } times ? Ends(times) : "not in the file")}");
        foreach (var (name, value) in info.Parameters) Console.WriteLine($"  {name,-8} {value.ToString(CultureInfo.InvariantCulture)}");
        foreach (var other in info.Others ?? []) Console.WriteLine($"  also     {other} (not read)");
        if (info.Origin is { } origin) Console.WriteLine($"  made by the workbook: {origin}");
        foreach (var range in ranges ?? [])
            Console.WriteLine($"  {range.Name,-8} {Number(range.Smallest)} to {Number(range.Largest)}, mean {Number(range.Mean)}"
                + (range.NotFinite == 0 ? ", all finite" : $"; {range.NotFinite} values are not finite, the first in sample {range.FirstNotFinite}"));
    }

    private static string Ends(double[] values) => $"{Number(values[0])} to {Number(values[^1])}, {values.Length} entries";

    private static string Number(double value) => value.ToString("G6", CultureInfo.InvariantCulture);

    internal static string Shape(PdeFileInfo info) =>
        $"{info.Family}, {info.Samples} sample{(info.Samples == 1 ? "" : "s")}, {info.Frames} frame{(info.Frames == 1 ? "" : "s")}, {string.Join(" × ", info.Shape)} cells, {(info.IsDouble ? "float64" : "float32")}, {Quantities.Bytes(info.Bytes)}";

    private static object Described(PdeFileInfo info, IReadOnlyList<ChannelRange>? ranges) => new
    {
        file = info.Path, family = info.Family.ToString(), channels = info.Channels, samples = info.Samples, frames = info.Frames, shape = info.Shape, interval = info.Interval,
        type = info.IsDouble ? "float64" : "float32", storage = info.Storage, groups = info.Groups.Count, bytes = info.Bytes, parameters = info.Parameters,
        axes = info.Coordinates.Select(centres => centres is null ? null : new { first = centres[0], last = centres[^1] }),
        times = info.T is null ? null : new { first = info.T[0], last = info.T[^1] }, others = info.Others, madeByWorkbook = info.Origin is not null,
        ranges = ranges?.Select(range => new { name = range.Name, smallest = range.Smallest, largest = range.Largest, mean = range.Mean, notFinite = range.NotFinite, firstNotFinite = range.FirstNotFinite }),
    };
}
