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
        var file = new Argument<string>("FILE") { Description = "A PDEBench 1D CFD file." };
        var json = DataCommand.Json();
        var inspect = new Command("inspect", "Says what is in a data file.") { file, json };
        inspect.SetAction(parsed =>
        {
            var info = CfdFile.Info(parsed.GetValue(file)!);
            if (parsed.GetValue(json)) JsonOutput.Write(Described(info));
            else
            {
                Console.WriteLine($"{info.Path}: {Shape(info)}");
                Console.WriteLine($"  x      {info.X[0]:G6} to {info.X[^1]:G6}");
                Console.WriteLine(info.T is { } times ? $"  t      {times[0]:G6} to {times[^1]:G6}" : "  t      not in the file");
                foreach (var (attribute, value) in info.Attributes) Console.WriteLine($"  {attribute,-6} {value.ToString(CultureInfo.InvariantCulture)}");
                if (info.Origin is { } origin) Console.WriteLine($"  made by the workbook: {origin}");
            }

            return 0;
        });
        return inspect;
    }

    internal static string Shape(CfdInfo info) =>
        $"{info.Samples} trajectories, {info.Frames} frames, {info.Points} points, {(info.IsDouble ? "float64" : "float32")}, {Quantities.Bytes(info.Bytes)}";

    internal static object Described(CfdInfo info) => new
    {
        file = info.Path, samples = info.Samples, frames = info.Frames, points = info.Points, interval = info.Interval,
        type = info.IsDouble ? "float64" : "float32", bytes = info.Bytes, attributes = info.Attributes, madeByWorkbook = info.Origin is not null,
    };
}
