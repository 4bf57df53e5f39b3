// Keeps what a cell shows, for assertions.
using System.Text;
using Workbook.Notebooks.Documents;
using Workbook.Notebooks.Sessions;

namespace Workbook.Notebooks.Tests.Sessions;

internal sealed class Recorder : IOutputSink
{
    private readonly StringBuilder text = new();

    public string Out
    {
        get
        {
            lock (text) // the cell may still be writing
                return text.ToString();
        }
    }

    public string ErrorText { get; private set; } = "";

    public List<(string Id, IReadOnlyList<MimeContent> Data)> Displays { get; } = [];

    public List<(string Id, IReadOnlyList<MimeContent> Data)> Updates { get; } = [];

    public IReadOnlyList<MimeContent>? Value { get; private set; }

    public CellError? Failure { get; private set; }

    public string? Plain => Value?.FirstOrDefault(content => content.MimeType == "text/plain")?.Text;

    public void WriteText(string stream, string written)
    {
        if (stream == "stdout")
            lock (text)
                text.Append(written);
        else
            ErrorText += written;
    }

    public void Display(string displayId, IReadOnlyList<MimeContent> data) => Displays.Add((displayId, data));

    public void Update(string displayId, IReadOnlyList<MimeContent> data) => Updates.Add((displayId, data));

    public void Result(IReadOnlyList<MimeContent> data) => Value = data;

    public void Error(CellError error) => Failure = error;
}

/// <summary>A session that leaves the test process's console and working folder alone.</summary>
internal sealed class TestSession : IDisposable
{
    private int number;

    public TestSession(string? folder = null) =>
        Session = new CSharpSession(new SessionOptions { OwnsProcess = false, Folder = folder ?? Path.GetTempPath(), StepTime = TimeSpan.FromSeconds(10), AbandonTime = TimeSpan.FromSeconds(1) });

    public CSharpSession Session { get; }

    public CellResult Last { get; private set; } = null!;

    /// <summary>Runs a cell, which must succeed.</summary>
    public async Task<Recorder> Run(string code)
    {
        Recorder seen = await Try(code);
        Assert.True(Last.Status == CellStatus.Succeeded, string.Join("\n", seen.Failure?.Traceback ?? []));
        return seen;
    }

    /// <summary>Runs a cell, however it ends.</summary>
    public async Task<Recorder> Try(string code)
    {
        var seen = new Recorder();
        Last = await Session.ExecuteAsync(code, ++number, seen, TestContext.Current.CancellationToken);
        return seen;
    }

    /// <summary>Runs a cell and interrupts it once it has written "ready"; gives the time from the interrupt to the end.</summary>
    public async Task<(Recorder Seen, TimeSpan Took)> Interrupt(string code)
    {
        var seen = new Recorder();
        Task<CellResult> running = Session.ExecuteAsync(code, ++number, seen, TestContext.Current.CancellationToken);
        while (!seen.Out.Contains("ready", StringComparison.Ordinal) && !running.IsCompleted)
            await Task.Delay(10, TestContext.Current.CancellationToken);
        await Task.Delay(50, TestContext.Current.CancellationToken);
        var watch = System.Diagnostics.Stopwatch.StartNew();
        Session.Interrupt();
        Last = await running;
        return (seen, watch.Elapsed);
    }

    public void Dispose() => Session.Dispose();
}
