// Downloads a file: goes on where it stopped, checks it, and gives it its name only when it is whole.
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using ModelBalancing.Figures;

namespace ModelBalancing.Catalogue;

/// <summary>How far a download is.</summary>
/// <param name="Done">Bytes on this machine.</param>
/// <param name="Total">Bytes in all; null while not known.</param>
/// <param name="Left">Time left at the speed so far; null while not known.</param>
public sealed record DownloadProgress(long Done, long? Total, TimeSpan? Left);

/// <summary>How downloads are carried out.</summary>
public sealed record DownloadOptions
{
    /// <summary>Told as bytes arrive.</summary>
    public IProgress<DownloadProgress>? Progress { get; init; }

    /// <summary>Large downloads are agreed to.</summary>
    public bool IsAgreed { get; init; }

    /// <summary>From so many bytes on a download must be agreed to.</summary>
    public long AskFrom { get; init; } = 1_000_000_000;

    /// <summary>Connections in a row that may bring nothing before it is given up.</summary>
    public int Attempts { get; init; } = 5;

    /// <summary>Wait before the second attempt; doubles every time.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>A connection that brings nothing for so long is cut.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(60);
}

/// <summary>Downloads files of the catalogue.</summary>
public static class Download
{
    private const int BufferBytes = 1 << 20;

    /// <summary>Makes a client whose only limits are those of <see cref="DownloadOptions"/>.</summary>
    public static HttpClient Client() => new(new SocketsHttpHandler { AllowAutoRedirect = true, MaxAutomaticRedirections = 10, ConnectTimeout = TimeSpan.FromSeconds(20) })
    {
        Timeout = Timeout.InfiniteTimeSpan,
        DefaultRequestHeaders = { { "User-Agent", "model-balancing-workbook" } },
    };

    /// <summary>Gets a file, or finds it there.</summary>
    /// <param name="client">See <see cref="Client"/>.</param>
    /// <param name="file">What; the checksums and the size that it names are checked.</param>
    /// <param name="folder">The cache folder.</param>
    /// <param name="options">How; null: the defaults.</param>
    /// <param name="cancellation">Stops; the same call later goes on from there.</param>
    /// <returns>Whether anything was downloaded.</returns>
    /// <remarks>What has arrived lies in NAME.partial, with the server's tag of that version in NAME.tag.partial: only the same version is gone on with.</remarks>
    /// <exception cref="CatalogException">The server cannot be reached, gives up or refuses, the disk is too full, the file is too large to get unasked, or not the right one.</exception>
    public static async Task<bool> GetAsync(HttpClient client, CatalogFile file, string folder, DownloadOptions? options = null, CancellationToken cancellation = default)
    {
        options ??= new DownloadOptions();
        var target = file.Place(folder);
        if (File.Exists(target))
        {
            if (file.Bytes is null || new FileInfo(target).Length == file.Bytes)
                return false;
            throw new CatalogException($"{target} is there with {new FileInfo(target).Length} bytes, the catalogue says {file.Bytes}; remove it and run the same command again.");
        }
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        try
        {
            using var partial = Open(target);
            var work = new Work(client, file, target, partial, options, cancellation);
            await work.RunAsync();
        }
        catch (IOException full) when (full is not CatalogException && full.HResult == 28) // ENOSPC
        {
            throw new CatalogException($"The disk is full: {target} could not be written to its end; make room and run the same command again, it goes on from there.", full);
        }
        finally
        {
            // Refused before the first byte: nothing to go on with.
            if (new FileInfo(PartialOf(target)) is { Exists: true, Length: 0 } && file.Bytes != 0)
                File.Delete(PartialOf(target));
        }
        File.Move(PartialOf(target), target, overwrite: true);
        File.Delete(TagOf(target));
        return true;
    }

    internal static string PartialOf(string target) => target + ".partial";

    internal static string TagOf(string target) => target + ".tag.partial";

    private static FileStream Open(string target)
    {
        try
        {
            return new FileStream(PartialOf(target), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, useAsync: true);
        }
        catch (IOException taken)
        {
            throw new CatalogException($"{target} is being downloaded by another process; wait until that is done.", taken);
        }
        catch (UnauthorizedAccessException forbidden)
        {
            throw new CatalogException($"{target} cannot be written: {forbidden.Message}", forbidden);
        }
    }

    /// <summary>One download with all its connections.</summary>
    private sealed class Work(HttpClient client, CatalogFile file, string target, FileStream partial, DownloadOptions options, CancellationToken cancellation)
    {
        private readonly Stopwatch clock = Stopwatch.StartNew();
        private readonly byte[] buffer = new byte[BufferBytes];
        private IncrementalHash? md5, sha256;
        private long? total = file.Bytes;
        private long arrived; // by this run

        public async Task RunAsync()
        {
            await StartHashesAsync();
            var failures = 0;
            while (true)
            {
                var before = partial.Length;
                string why;
                try
                {
                    if (await ConnectAsync())
                        break;
                    why = "the server ended the connection early";
                }
                catch (Exception broken) when (broken is HttpRequestException { StatusCode: null } or HttpIOException or TimeoutException || broken is IOException { HResult: not 28 } and not CatalogException)
                {
                    why = Reason(broken);
                }
                failures = partial.Length > before ? 0 : failures + 1;
                if (failures >= options.Attempts)
                    throw partial.Length == 0
                        ? new CatalogException($"{file.Url} cannot be reached ({why}); where there is a connection, download it and put it as {Path.GetFileName(target)} into {Path.GetDirectoryName(target)}.")
                        : new CatalogException($"{file.Url} stopped at {Quantities.Bytes(partial.Length)}{(total is { } all ? $" of {Quantities.Bytes(all)}" : "")} ({why}); the same command goes on from there.");
                await Task.Delay(options.Pause * Math.Pow(2, failures), cancellation);
            }
            await partial.FlushAsync(cancellation);
            partial.Flush(flushToDisk: true);
            Check();
        }

        // True when the file is whole.
        private async Task<bool> ConnectAsync()
        {
            if (total is { } known && partial.Length == known)
                return true;
            // Without a tag and without a checksum nobody would notice two versions in one file.
            if (partial.Length > total || partial.Length > 0 && Tag() is null && file is { Md5: null, Sha256: null })
                await RestartAsync();
            using var request = new HttpRequestMessage(HttpMethod.Get, file.Url);
            if (partial.Length > 0)
            {
                request.Headers.Range = new RangeHeaderValue(partial.Length, null);
                if (Tag() is { } tag)
                    request.Headers.IfRange = tag;
            }
            using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            silence.CancelAfter(options.Silence);
            try
            {
                using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, silence.Token);
                if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
                {
                    // All of it is here already, or it is another file now.
                    if (response.Content.Headers.ContentRange?.Length == partial.Length)
                        return true;
                    await RestartAsync();
                    return false;
                }
                if (response.StatusCode is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError)
                    throw new HttpRequestException($"the server answered {(int)response.StatusCode}");
                if (!response.IsSuccessStatusCode)
                    throw new CatalogException($"{file.Url} was refused by the server ({(int)response.StatusCode} {response.ReasonPhrase}); the file may have moved: get it from its makers and put it as {Path.GetFileName(target)} into {Path.GetDirectoryName(target)}.");
                if (response.StatusCode != HttpStatusCode.PartialContent || response.Content.Headers.ContentRange?.From != partial.Length)
                    await RestartAsync(); // the server knows no ranges, or has another version
                var rest = response.Content.Headers.ContentLength;
                if (rest is not null && file.Bytes is { } wanted && partial.Length + rest != wanted)
                    throw new CatalogException($"{file.Url} has {partial.Length + rest} bytes, the catalogue says {wanted}: the file has changed at its source, or what came is not the file.");
                total ??= rest + partial.Length;
                Agree();
                Keep(response);
                await CopyAsync(await response.Content.ReadAsStreamAsync(silence.Token), silence);
                return total is null ? rest is null : partial.Length == total;
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                throw new TimeoutException($"nothing came for {options.Silence.TotalSeconds:0} s");
            }
        }

        private async Task CopyAsync(Stream body, CancellationTokenSource silence)
        {
            partial.Position = partial.Length;
            while (true)
            {
                silence.CancelAfter(options.Silence);
                var count = await body.ReadAsync(buffer, silence.Token);
                if (count == 0)
                    return;
                if (total is { } most && partial.Length + count > most)
                    throw new CatalogException($"{file.Url} sends more than the {most} bytes that it should have; what came was not kept.");
                await partial.WriteAsync(buffer.AsMemory(0, count), cancellation);
                md5?.AppendData(buffer, 0, count);
                sha256?.AppendData(buffer, 0, count);
                arrived += count;
                Report();
            }
        }

        private void Report()
        {
            var left = total is { } all && arrived > 0 ? clock.Elapsed * ((all - partial.Length) / (double)arrived) : (TimeSpan?)null;
            options.Progress?.Report(new DownloadProgress(partial.Length, total, left));
        }

        // What it will cost, before it begins.
        private void Agree()
        {
            var free = new DriveInfo(Path.GetDirectoryName(target)!).AvailableFreeSpace;
            if (total is not { } all)
                return;
            var rest = all - partial.Length;
            if (rest > free)
                throw new CatalogException($"{Path.GetFileName(target)} needs {Quantities.Bytes(rest)} and {Path.GetDirectoryName(target)} has {Quantities.Bytes(free)} free; make room, or set WORKBOOK_DATA to a larger disk.");
            if (rest >= options.AskFrom && !options.IsAgreed)
                throw new CatalogException($"{Path.GetFileName(target)} is a download of {Quantities.Bytes(rest)} into {Path.GetDirectoryName(target)}, which has {Quantities.Bytes(free)} free; add --yes to get it.");
        }

        private void Check()
        {
            string? Wrong(string kind, IncrementalHash? hash, string? wanted) =>
                hash is not null && Convert.ToHexStringLower(hash.GetHashAndReset()) is var found && !found.Equals(wanted, StringComparison.OrdinalIgnoreCase) ? $"{kind} {found}, the catalogue says {wanted}" : null;
            if ((Wrong("SHA-256", sha256, file.Sha256) ?? Wrong("MD5", md5, file.Md5)) is not { } wrong)
                return;
            partial.SetLength(0);
            File.Delete(PartialOf(target));
            File.Delete(TagOf(target));
            throw new CatalogException($"What came from {file.Url} has the {wrong}: it was damaged on its way or has changed at its source; nothing was kept, run the same command again or ask its makers.");
        }

        private async Task RestartAsync()
        {
            partial.SetLength(0);
            partial.Position = 0;
            await StartHashesAsync();
        }

        // The checksums of what is there already.
        private async Task StartHashesAsync()
        {
            md5 = file.Md5 is null ? null : IncrementalHash.CreateHash(HashAlgorithmName.MD5);
            sha256 = file.Sha256 is null ? null : IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            if (md5 is null && sha256 is null)
                return;
            partial.Position = 0;
            for (int count; (count = await partial.ReadAsync(buffer, cancellation)) > 0;)
            {
                md5?.AppendData(buffer, 0, count);
                sha256?.AppendData(buffer, 0, count);
            }
        }

        private RangeConditionHeaderValue? Tag()
        {
            if (!File.Exists(TagOf(target)))
                return null;
            var text = File.ReadAllText(TagOf(target));
            return text.StartsWith('"') && EntityTagHeaderValue.TryParse(text, out var tag) ? new RangeConditionHeaderValue(tag)
                : DateTimeOffset.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var date) ? new RangeConditionHeaderValue(date) : null;
        }

        private void Keep(HttpResponseMessage response)
        {
            var tag = response.Headers.ETag is { IsWeak: false } strong ? strong.ToString() : response.Content.Headers.LastModified?.ToString("R");
            if (tag is null)
                File.Delete(TagOf(target));
            else
                File.WriteAllText(TagOf(target), tag);
        }

        private static string Reason(Exception broken)
        {
            var text = broken.GetBaseException().Message.TrimEnd('.');
            return char.ToLowerInvariant(text[0]) + text[1..];
        }
    }
}
