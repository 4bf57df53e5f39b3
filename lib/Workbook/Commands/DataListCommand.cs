// ./workbook data list: what can be generated, what can be got, and what lies in the cache.

using System.CommandLine;
using ModelBalancing;
using ModelBalancing.Catalogue;
using ModelBalancing.Figures;
using ModelBalancing.Pde.PdeBench;

namespace Workbook.Commands;

/// <summary>Lists data.</summary>
internal static class DataListCommand
{
    internal static Command Create()
    {
        var json = DataCommand.Json();
        var list = new Command("list", "Lists what can be generated, what can be got, and what lies in the cache.") { json };
        list.SetAction(parsed =>
        {
            var catalogue = Catalog.Read();
            var files = new List<PdeFileInfo>();
            var unreadable = new List<string>();
            if (Directory.Exists(Folders.Cache))
                foreach (var path in Directory.EnumerateFiles(Folders.Cache, "*.h*5", SearchOption.AllDirectories).Where(file => file.EndsWith(".hdf5", StringComparison.Ordinal) || file.EndsWith(".h5", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
                    try
                    {
                        files.Add(PdeFile.Info(path));
                    }
                    catch (PdeFileException wrong)
                    {
                        unreadable.Add(wrong.Message);
                    }
            if (parsed.GetValue(json))
                JsonOutput.Write(new { folder = Folders.Cache, generate = DataGenerateCommand.Known.Select(known => known.Name), catalogue = catalogue.Select(entry => new { id = entry.Id, kind = entry.Kind, bytes = entry.Bytes, isThere = entry.IsThere(Folders.Cache), licence = entry.Licence }), files = files.Select(Described), unreadable });
            else
            {
                foreach (var (name, what, _) in DataGenerateCommand.Known) Console.WriteLine($"can be generated: {name,-12} {what}");
                foreach (var kind in catalogue.GroupBy(entry => entry.Kind))
                    Console.WriteLine($"can be got ({kind.Key}): {string.Join(", ", kind.Select(entry => entry.Id + (entry.Bytes is >= 1_000_000_000 and { } bytes ? $" ({Quantities.Bytes(bytes)})" : "") + (entry.IsThere(Folders.Cache) ? " [there]" : "")))}");
                foreach (var file in files) Console.WriteLine($"{file.Path}: {DataInspectCommand.Shape(file)}");
                foreach (var sentence in unreadable) Console.WriteLine(sentence);
                if (files.Count + unreadable.Count == 0) Console.WriteLine($"nothing yet in {Folders.Cache}");
            }

            return 0;
        });
        return list;
    }

    private static object Described(PdeFileInfo file) => new
    {
        file = file.Path, family = file.Family.ToString(), samples = file.Samples, frames = file.Frames, shape = file.Shape, bytes = file.Bytes, madeByWorkbook = file.Origin is not null,
    };
}
