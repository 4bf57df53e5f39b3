// ./workbook data verify: checks files against the catalogue.

using System.CommandLine;
using ModelBalancing;
using ModelBalancing.Catalogue;

namespace Workbook.Commands;

/// <summary>Verifies data.</summary>
internal static class DataVerifyCommand
{
    internal static Command Create()
    {
        var what = new Argument<string?>("NAME|FILE") { Description = "A data set of the catalogue, or a file, also by its bare name in the cache; default: every file of the catalogue that is on this machine.", Arity = ArgumentArity.ZeroOrOne };
        var json = DataCommand.Json();
        var verify = new Command("verify", "Checks files against the catalogue: size, checksum, layout.") { what, json };
        verify.SetAction((parsed, cancellation) =>
        {
            var found = Verify(parsed.GetValue(what), cancellation);
            if (parsed.GetValue(json))
                JsonOutput.Write(found.Select(file => new { file = file.Path, id = file.Id, right = file.Checked, wrong = file.Wrong }));
            else
            {
                foreach (var file in found)
                {
                    if (file.Wrong.Count == 0)
                        Console.WriteLine($"{file.Path}: {(file.Checked.Count > 0 ? string.Join(", ", file.Checked) + (file.Id is null ? "; not in the catalogue" : " as in the catalogue") : "there; the catalogue knows neither size nor checksum")}");
                    foreach (var sentence in file.Wrong) Console.WriteLine(sentence);
                }

                if (found.Count == 0) Console.WriteLine($"no file of the catalogue is in {Folders.Cache}");
            }

            return Task.FromResult(found.All(file => file.Wrong.Count == 0) ? 0 : CommandLine.Failed);
        });
        return verify;
    }

    private static List<VerifiedFile> Verify(string? what, CancellationToken cancellation)
    {
        var catalogue = Catalog.Read();
        using var line = new ProgressLine("checking");
        VerifiedFile Check(string path, CatalogEntry? entry, CatalogFile? file) =>
            Verification.Of(path, entry, file, new ImmediateProgress<DownloadProgress>(progress => DataGetCommand.Show(line, progress)), cancellation);

        // A bare name of a file that is in the cache, but not by the catalogue, is a file as well.
        if (what is not null && !File.Exists(what) && Catalog.Known(catalogue, what) is null && DataFileArgument.Places(what).FirstOrDefault(File.Exists) is { } found)
            what = found;
        if (what is not null && File.Exists(what))
        {
            var entry = Catalog.Known(catalogue, Path.GetFileName(what));
            return [Check(Path.GetFullPath(what), entry, entry?.Files?.FirstOrDefault(file => Path.GetFileName(file.Path) == Path.GetFileName(what)))];
        }

        if (what is null)
            return [.. from entry in catalogue from file in entry.Files ?? [] where File.Exists(file.Place(Folders.Cache)) select Check(file.Place(Folders.Cache), entry, file)];
        CatalogEntry named;
        try
        {
            named = Catalog.Find(catalogue, what);
        }
        catch (CatalogException unknown)
        {
            throw new CatalogException($"There is no file '{what}' here or in {Folders.Cache}. {unknown.Message}", unknown);
        }
        if (named.Package is not null)
            return [named.IsThere(Folders.Cache) ? new VerifiedFile(PackageFetch.Place(Folders.Cache, named.Id), named.Id, [], []) : new VerifiedFile(PackageFetch.Place(Folders.Cache, named.Id), named.Id, [], [$"{named.Id} is not there: `./workbook data get {named.Id}` fetches it."])];
        return [.. (named.Files ?? []).Select(file => Check(file.Place(Folders.Cache), named, file))];
    }
}
