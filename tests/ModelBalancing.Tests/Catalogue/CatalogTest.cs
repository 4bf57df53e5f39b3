// The catalogue itself, and checking files against it.
using System.Security.Cryptography;
using ModelBalancing.Catalogue;
using ModelBalancing.Pde.PdeBench;

namespace ModelBalancing.Tests.Catalogue;

public sealed class CatalogTest
{
    private static readonly IReadOnlyList<CatalogEntry> entries = Catalog.Read(Path.Combine(TestData.Root, "data", "catalog.json"));

    [Fact]
    public void Every_entry_says_where_it_is_what_it_is_and_under_which_licence()
    {
        Assert.Equal(entries.Count, entries.Select(entry => entry.Id.ToLowerInvariant()).Distinct().Count());
        var paths = entries.SelectMany(entry => entry.Files ?? []).Select(file => file.Path).ToList();
        Assert.Equal(paths.Count, paths.Distinct().Count());
        foreach (var entry in entries)
        {
            Assert.NotEmpty(entry.Licence);
            Assert.Contains(entry.Kind, new[] { "pde", "text", "package" });
            Assert.True(entry.Package is "apt" or "npm" ? entry.Files is null : entry.Files is { Count: > 0 }, entry.Id);
            if (entry.Kind == "pde")
                Assert.True(Enum.TryParse<PdeFamily>(entry.Layout?.Family, out _), entry.Id);
            foreach (var file in entry.Files ?? [])
            {
                Assert.StartsWith("https://", file.Url);
                Assert.True(file.Md5 is null || file.Md5.Length == 32, entry.Id);
                Assert.True(file.Sha256 is null || file.Sha256.Length == 64, entry.Id);
                Assert.DoesNotContain("..", file.Path);
            }
        }
    }

    [Fact]
    public void The_papers_files_are_found_by_name_with_size_and_checksum()
    {
        var flow = Catalog.Find(entries, "2d_cfd_rand_m0.1_eta0.01_zeta0.01_periodic_128");
        Assert.Equal((55_050_245_208L, "5b21dcccaef4d2145ca579a71153c580"), (flow.Bytes!.Value, flow.Files![0].Md5));
        Assert.Same(flow, Catalog.Find(entries, "2D_CFD_Rand_M0.1_Eta0.01_Zeta0.01_periodic_128_Train.hdf5"));
        Assert.Contains("did you mean", Assert.Throws<CatalogException>(() => Catalog.Find(entries, "DarcyFlow")).Message);
        Assert.Contains("did you mean SST-2?", Assert.Throws<CatalogException>(() => Catalog.Find(entries, "sst2")).Message);
        Assert.Contains("data list", Assert.Throws<CatalogException>(() => Catalog.Find(entries, "nothing of the kind")).Message);
    }

    [Fact]
    public void A_file_is_compared_in_size_checksum_and_layout()
    {
        var path = TestData.Fixture("pdefiles/cfd1d.hdf5");
        var bytes = File.ReadAllBytes(path);
        var file = new CatalogFile("https://example.org/a", "a.hdf5", bytes.Length, Convert.ToHexStringLower(MD5.HashData(bytes)), Convert.ToHexStringLower(SHA256.HashData(bytes)));
        var entry = new CatalogEntry("a", "pde", "none", [file], new CatalogLayout("CompressibleFlow", 5, 6, [8]));
        var right = Check(path, entry, file);
        Assert.Empty(right.Wrong);
        Assert.Equal(["size", "MD5", "SHA-256", "family", "samples", "frames", "cells"], right.Checked);
        Assert.Contains("has the size", Assert.Single(Check(path, entry, file with { Bytes = 1 }).Wrong));
        Assert.Contains("has the MD5", Assert.Single(Check(path, entry, file with { Md5 = "00" }).Wrong));
        Assert.Contains("has the samples 5, the catalogue says 9", Assert.Single(Check(path, entry with { Layout = new CatalogLayout(Samples: 9) }, file).Wrong));
        Assert.Contains("data get a", Assert.Single(Check(path + ".absent", entry, file).Wrong));
        Assert.Contains("not a PDEBench file", Assert.Single(Check(TestData.Fixture("pdefiles/nothing.hdf5"), null, null).Wrong));
    }

    private static VerifiedFile Check(string path, CatalogEntry? entry, CatalogFile? file) => Verification.Of(path, entry, file);
}
