// ./workbook data list: what can be generated and what lies in the cache.

using System.CommandLine;
using ModelBalancing;
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
                ? Directory.EnumerateFiles(Folders.Cache, "*.hdf5", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(CfdFile.Info).ToList()
                : [];
            if (parsed.GetValue(json))
                JsonOutput.Write(new { folder = Folders.Cache, generate = (string[])[DataGenerateCommand.OneDimensionalFlow], files = files.Select(DataInspectCommand.Described) });
            else
            {
                Console.WriteLine($"can be generated: {DataGenerateCommand.OneDimensionalFlow} (1D compressible flow, PDEBench's layout)");
                foreach (var file in files) Console.WriteLine($"{file.Path}: {DataInspectCommand.Shape(file)}");
                if (files.Count == 0) Console.WriteLine($"nothing yet in {Folders.Cache}");
            }

            return 0;
        });
        return list;
    }
}
