// A small HTTP server in the test's own process that misbehaves as told.
using System.Net;

namespace ModelBalancing.Tests.Catalogue;

/// <summary>Serves one file at /file, and whatever else a test wants.</summary>
internal sealed class FileServer : IDisposable
{
    private readonly HttpListener listener = new();
    private readonly Task serving;

    public FileServer(byte[] content)
    {
        Content = content;
        // A free port: the listener cannot choose one itself.
        for (var attempt = 0; ; attempt++)
        {
            Port = Random.Shared.Next(20_000, 60_000);
            listener.Prefixes.Clear();
            listener.Prefixes.Add($"http://127.0.0.1:{Port}/");
            try
            {
                listener.Start();
                break;
            }
            catch (HttpListenerException) when (attempt < 50)
            {
            }
        }
        serving = Task.Run(ServeAsync);
    }

    public int Port { get; }
    public string Url => $"http://127.0.0.1:{Port}/file";
    public byte[] Content { get; set; }
    public string Tag { get; set; } = "\"one\"";

    /// <summary>Bytes after which every one of the first so many connections is cut.</summary>
    public (int Connections, int Bytes) Cut { get; set; }
    public bool HasRanges { get; set; } = true;
    public bool HasLength { get; set; } = true;
    public int Status { get; set; } = 200;

    /// <summary>Requests so far: what of the file was asked for.</summary>
    public List<string?> Ranges { get; } = [];

    public void Dispose()
    {
        listener.Close();
        serving.Wait();
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await listener.GetContextAsync();
            }
            catch (Exception closed) when (closed is HttpListenerException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }
            try
            {
                Answer(context);
            }
            catch (Exception gone) when (gone is HttpListenerException or IOException or InvalidOperationException)
            {
                context.Response.Abort();
            }
        }
    }

    private void Answer(HttpListenerContext context)
    {
        var (request, response) = (context.Request, context.Response);
        if (request.Url!.AbsolutePath == "/moved")
        {
            response.Redirect(Url);
            response.Close();
            return;
        }
        if (request.Url.AbsolutePath == "/round")
        {
            response.Redirect(request.Url.ToString());
            response.Close();
            return;
        }
        var range = request.Headers["Range"];
        Ranges.Add(range);
        if (Status != 200)
        {
            response.StatusCode = Status;
            response.Close();
            return;
        }
        var first = 0;
        response.AddHeader("ETag", Tag);
        if (HasRanges && range is not null && (request.Headers["If-Range"] ?? Tag) == Tag)
        {
            first = int.Parse(range["bytes=".Length..].TrimEnd('-'));
            if (first >= Content.Length)
            {
                response.StatusCode = 416;
                response.AddHeader("Content-Range", $"bytes */{Content.Length}");
                response.Close();
                return;
            }
            response.StatusCode = 206;
            response.AddHeader("Content-Range", $"bytes {first}-{Content.Length - 1}/{Content.Length}");
        }
        if (HasLength)
            response.ContentLength64 = Content.Length - first;
        else
            response.SendChunked = true;
        var rest = Content.AsSpan(first);
        if (Ranges.Count <= Cut.Connections && rest.Length > Cut.Bytes)
        {
            response.OutputStream.Write(rest[..Cut.Bytes]);
            response.OutputStream.Flush();
            Thread.Sleep(20);
            response.Abort();
            return;
        }
        response.OutputStream.Write(rest);
        response.Close();
    }
}
