// ./workbook data list: what can be generated and what lies in the cache.

using System.CommandLine;
using ModelBalancing;
using ModelBalancing.Figures;
using ModelBalancing.Pde.PdeBench;

namespace Workbook.Commands;

/// <summary>Lists data.</summary>
internal static class DataListCommand
{
    internal static Command Create()
    {
        var json = DataCommand.Json();
        var list = new Command("list", "Lists what can be generated and what lies in the cache.") { json };
        list.SetAction(parsed =>
        {
            var files = Directory.Exists(Folders.Cache)
                ? Directory.EnumerateFiles(Folders.Cache, "*.h*5", SearchOption.AllDirectories).Where(file => file.EndsWith(".hdf5", StringComparison.Ordinal) || file.EndsWith(".h5", StringComparison.Ordinal)).Order(StringComparer.Ordinal).Select(PdeFile.Info).ToList()
                : [];
            if (parsed.GetValue(json))
                JsonOutput.Write(new { folder = Folders.Cache, generate = DataGenerateCommand.Known.Select(known => known.Name), files = files.Select(Described) });
            else
            {
                foreach (var (name, what, _) in DataGenerateCommand.Known) Console.WriteLine($"can be generated: {name,-12} {what}");
                foreach (var file in files) Console.WriteLine($"{file.Path}: {Shape(file)}");
                if (files.Count == 0) Console.WriteLine($"nothing yet in {Folders.Cache}");
            }

            return 0;
        });
        return list;
    }

    private static string Shape(PdeFileInfo file) =>
        $"{file.Family}, {file.Samples} samples, {file.Frames} frame{(file.Frames == 1 ? "" : "s")}, {string.Join(" × ", file.Shape)} cells, {Quantities.Bytes(file.Bytes)}";

    private static object Described(PdeFileInfo file) => new
    {
        file = file.Path, family = file.Family.ToString(), samples = file.Samples, frames = file.Frames, shape = file.Shape, bytes = file.Bytes, madeByWorkbook = file.Origin is not null,
    };
}
