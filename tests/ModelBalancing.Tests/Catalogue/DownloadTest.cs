// Downloads against a server that cuts connections, knows no ranges, sends something else, redirects, refuses, or is not there.
using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using ModelBalancing.Catalogue;

namespace ModelBalancing.Tests.Catalogue;

public sealed class DownloadTest : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("workbook-download-").FullName;
    private readonly HttpClient client = Download.Client();
    private readonly byte[] content = new byte[300_000];
    private readonly FileServer server;

    public DownloadTest()
    {
        new Random(3).NextBytes(content);
        server = new FileServer(content);
    }

    public void Dispose()
    {
        client.Dispose();
        server.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private string Target => Path.Combine(folder, "sub", "a.bin");

    private static DownloadOptions Quick => new() { Pause = TimeSpan.FromMilliseconds(5), Silence = TimeSpan.FromSeconds(10) };

    private CatalogFile Known(string? url = null) => new(url ?? server.Url, "sub/a.bin", content.Length, Convert.ToHexStringLower(MD5.HashData(content)), Convert.ToHexStringLower(SHA256.HashData(content)));

    private Task<bool> GetAsync(CatalogFile file, DownloadOptions? options = null) => Download.GetAsync(client, file, folder, options ?? Quick, TestContext.Current.CancellationToken);

    private async Task<string> RefusedAsync(CatalogFile file, DownloadOptions? options = null)
    {
        var message = (await Assert.ThrowsAsync<CatalogException>(() => GetAsync(file, options))).Message;
        Assert.Single(message.Split('\n'));
        return message;
    }

    private void IsWhole()
    {
        Assert.Equal(content, File.ReadAllBytes(Target));
        Assert.Equal(["a.bin"], Directory.GetFiles(Path.Combine(folder, "sub")).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_file_is_downloaded_once_with_its_progress()
    {
        var told = new List<DownloadProgress>();
        Assert.True(await GetAsync(Known(), Quick with { Progress = new Told(told) }));
        IsWhole();
        Assert.Equal((content.Length, (long?)content.Length, (TimeSpan?)TimeSpan.Zero), ((int)told[^1].Done, told[^1].Total, told[^1].Left));
        Assert.False(await GetAsync(Known()));
        Assert.Single(server.Ranges);
    }

    [Fact]
    public async Task Cut_connections_are_gone_on_with_where_they_ended()
    {
        server.Cut = (3, 70_000);
        Assert.True(await GetAsync(Known()));
        IsWhole();
        Assert.Equal([null, "bytes=70000-", "bytes=140000-", "bytes=210000-"], server.Ranges);
    }

    [Fact]
    public async Task A_later_call_goes_on_where_an_earlier_one_gave_up()
    {
        server.Cut = (1, 50_000);
        var message = await RefusedAsync(Known(), Quick with { Attempts = 2, Progress = new Told([], _ => server.Status = 503) });
        Assert.Contains("goes on from there", message);
        Assert.Contains("503", message);
        server.Status = 200;
        Assert.True(await GetAsync(Known()));
        IsWhole();
        Assert.NotNull(server.Ranges[^1]);
    }

    [Fact]
    public async Task Another_version_at_the_source_is_begun_anew()
    {
        await StopAsync(100_000);
        new Random(4).NextBytes(content);
        server.Tag = "\"two\"";
        Assert.True(await GetAsync(Known()));
        IsWhole();
    }

    [Fact]
    public async Task A_server_without_ranges_sends_it_again()
    {
        (server.HasRanges, server.Cut) = (false, (1, 200_000));
        Assert.True(await GetAsync(Known()));
        IsWhole();
        Assert.Equal(2, server.Ranges.Count);
    }

    [Fact]
    public async Task A_length_that_is_not_told_is_no_hindrance()
    {
        server.HasLength = false;
        Assert.True(await GetAsync(new CatalogFile(server.Url, "sub/a.bin")));
        IsWhole();
    }

    [Fact]
    public async Task What_is_whole_but_not_named_yet_is_not_downloaded_again()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Target)!);
        File.WriteAllBytes(Target + ".partial", content);
        Assert.True(await GetAsync(Known() with { Bytes = null }));
        IsWhole();
    }

    [Fact]
    public async Task Redirects_are_followed_and_circles_are_not()
    {
        Assert.True(await GetAsync(Known($"http://127.0.0.1:{server.Port}/moved")));
        IsWhole();
        File.Delete(Target);
        Assert.Contains("refused by the server (302", await RefusedAsync(Known($"http://127.0.0.1:{server.Port}/round")));
    }

    [Fact]
    public async Task A_wrong_checksum_keeps_nothing()
    {
        var message = await RefusedAsync(Known() with { Sha256 = null, Md5 = new string('0', 32) });
        Assert.Contains($"has the MD5 {Convert.ToHexStringLower(MD5.HashData(content))}, the catalogue says {new string('0', 32)}", message);
        Assert.Empty(Directory.GetFiles(Path.Combine(folder, "sub")));
        Assert.Contains("has 300000 bytes, the catalogue says 7", await RefusedAsync(Known() with { Bytes = 7 }));
    }

    [Fact]
    public async Task A_refusal_names_the_address_and_the_place_for_the_file()
    {
        server.Status = 404;
        var message = await RefusedAsync(Known());
        Assert.Contains(server.Url, message);
        Assert.Contains($"put it as a.bin into {Path.Combine(folder, "sub")}", message);
        server.Status = 503;
        Assert.Contains("503", await RefusedAsync(Known()));
    }

    [Fact]
    public async Task Without_a_connection_one_sentence_names_the_address_and_the_place()
    {
        server.Dispose();
        var message = await RefusedAsync(Known(), Quick with { Attempts = 2 });
        Assert.Contains($"{server.Url} cannot be reached", message);
        Assert.Contains($"put it as a.bin into {Path.Combine(folder, "sub")}", message);
        Assert.Empty(Directory.GetFiles(Path.Combine(folder, "sub")));
    }

    [Fact]
    public async Task Large_downloads_are_agreed_to_first_and_must_fit()
    {
        var message = await RefusedAsync(Known(), Quick with { AskFrom = 100_000 });
        Assert.Contains("add --yes", message);
        Assert.Empty(Directory.GetFiles(Path.Combine(folder, "sub")));
        Assert.True(await GetAsync(Known(), Quick with { AskFrom = 100_000, IsAgreed = true }));
        IsWhole();
    }

    [Fact]
    public async Task Two_downloads_of_one_file_do_not_meet()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Target)!);
        using (new FileStream(Target + ".partial", FileMode.Create, FileAccess.ReadWrite, FileShare.None))
            Assert.Contains("by another process", await RefusedAsync(Known()));
    }

    [Fact]
    public async Task Stopping_keeps_what_has_come()
    {
        await StopAsync(100_000);
        Assert.InRange(new FileInfo(Target + ".partial").Length, 1, content.Length - 1);
        Assert.False(File.Exists(Target));
        Assert.True(await GetAsync(Known()));
        IsWhole();
    }

    [Fact]
    public void Archives_are_unpacked_and_names_that_lead_out_are_refused()
    {
        var zip = Path.Combine(folder, "a.zip");
        using (var archive = ZipFile.Open(zip, ZipArchiveMode.Create))
            using (var writer = new StreamWriter(archive.CreateEntry("CoLA/train.tsv").Open()))
                writer.Write("text");
        Unpacking.Into(zip, Path.Combine(folder, "out"));
        Assert.Equal("text", File.ReadAllText(Path.Combine(folder, "out", "CoLA", "train.tsv")));
        var tar = Path.Combine(folder, "a.tgz");
        using (var packed = new GZipStream(File.Create(tar), CompressionMode.Compress))
        using (var writer = new TarWriter(packed))
            writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "package/data/x.json") { DataStream = new MemoryStream("{}"u8.ToArray()) });
        Unpacking.Into(tar, Path.Combine(folder, "out"), without: "package");
        Assert.Equal("{}", File.ReadAllText(Path.Combine(folder, "out", "data", "x.json")));
        var evil = Path.Combine(folder, "evil.zip");
        using (var archive = ZipFile.Open(evil, ZipArchiveMode.Create))
            archive.CreateEntry("../../out.txt").Open().Dispose();
        Assert.Contains("cannot be unpacked", Assert.Throws<CatalogException>(() => Unpacking.Into(evil, Path.Combine(folder, "out"))).Message);
        Assert.False(File.Exists(Path.Combine(folder, "out.txt")));
    }

    // Stops a download when so much has come.
    private async Task StopAsync(int bytes)
    {
        using var stop = new CancellationTokenSource();
        server.Cut = (1, bytes);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Download.GetAsync(client, Known(), folder, Quick with { Pause = TimeSpan.FromSeconds(30), Progress = new Told([], _ => stop.CancelAfter(100)) }, stop.Token));
        server.Cut = default;
    }

    private sealed class Told(List<DownloadProgress> told, Action<DownloadProgress>? then = null) : IProgress<DownloadProgress>
    {
        public void Report(DownloadProgress value)
        {
            told.Add(value);
            then?.Invoke(value);
        }
    }
}
