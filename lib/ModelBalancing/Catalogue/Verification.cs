// Compares a file with what the catalogue says about it.
using System.Diagnostics;
using System.Security.Cryptography;
using ModelBalancing.Pde.PdeBench;

namespace ModelBalancing.Catalogue;

/// <summary>What was found out about one file.</summary>
/// <param name="Path">The file.</param>
/// <param name="Id">Its entry in the catalogue, or null.</param>
/// <param name="Checked">What was compared and is right, such as "size".</param>
/// <param name="Wrong">What is wrong, a sentence each; empty when nothing is.</param>
public sealed record VerifiedFile(string Path, string? Id, IReadOnlyList<string> Checked, IReadOnlyList<string> Wrong);

/// <summary>Checks files against the catalogue: size, checksums, layout.</summary>
public static class Verification
{
    /// <summary>Checks a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="entry">Its entry; null: only that it can be read.</param>
    /// <param name="file">Which file of the entry.</param>
    /// <param name="progress">Told bytes read, bytes in all, time left.</param>
    /// <param name="cancellation">Stops.</param>
    public static VerifiedFile Of(string path, CatalogEntry? entry, CatalogFile? file, IProgress<DownloadProgress>? progress = null, CancellationToken cancellation = default)
    {
        var (right, wrong) = (new List<string>(), new List<string>());
        if (!File.Exists(path))
            return new VerifiedFile(path, entry?.Id, [], [$"{path} is not there: `./workbook data get {entry?.Id}` gets it."]);
        void Compare(string what, object? found, object? wanted)
        {
            if (wanted is null)
                return;
            if (Equals(found, wanted))
                right.Add(what);
            else
                wrong.Add($"{path} has the {what} {found}, the catalogue says {wanted}.");
        }

        Compare("size", new FileInfo(path).Length, file?.Bytes);
        if (wrong.Count == 0 && file is { Md5: not null } or { Sha256: not null })
        {
            var (md5, sha256) = Hashes(path, file!, progress, cancellation);
            Compare("MD5", md5, file!.Md5?.ToLowerInvariant());
            Compare("SHA-256", sha256, file.Sha256?.ToLowerInvariant());
        }
        if (path.EndsWith(".hdf5", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".h5", StringComparison.OrdinalIgnoreCase))
            try
            {
                var info = PdeFile.Info(path);
                var layout = entry?.Layout;
                Compare("family", info.Family.ToString(), layout?.Family);
                Compare("samples", info.Samples, layout?.Samples);
                Compare("frames", info.Frames, layout?.Frames);
                Compare("cells", string.Join(" × ", info.Shape), layout?.Shape is { } shape ? string.Join(" × ", shape) : null);
                if (layout is null)
                    right.Add("readable");
            }
            catch (PdeFileException damaged)
            {
                wrong.Add(damaged.Message);
            }
        return new VerifiedFile(path, entry?.Id, right, wrong);
    }

    private static (string? Md5, string? Sha256) Hashes(string path, CatalogFile file, IProgress<DownloadProgress>? progress, CancellationToken cancellation)
    {
        using var md5 = file.Md5 is null ? null : IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        using var sha256 = file.Sha256 is null ? null : IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1);
        var clock = Stopwatch.StartNew();
        var buffer = new byte[1 << 20];
        long done = 0;
        for (int count; (count = stream.Read(buffer)) > 0;)
        {
            cancellation.ThrowIfCancellationRequested();
            md5?.AppendData(buffer, 0, count);
            sha256?.AppendData(buffer, 0, count);
            done += count;
            progress?.Report(new DownloadProgress(done, stream.Length, clock.Elapsed * ((stream.Length - done) / (double)done)));
        }
        return (md5 is null ? null : Convert.ToHexStringLower(md5.GetHashAndReset()), sha256 is null ? null : Convert.ToHexStringLower(sha256.GetHashAndReset()));
    }
}
