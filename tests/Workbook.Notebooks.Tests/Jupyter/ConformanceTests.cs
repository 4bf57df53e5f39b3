// The kernel driven by clients that are not ours: Jupyter's own client library and nbconvert, as Debian packages them.
using System.Diagnostics;

namespace Workbook.Notebooks.Tests.Jupyter;

/// <summary>Each check of conformance.py starts a kernel of its own: this test program with the kernel's verb.</summary>
[Collection("kernels")]
public sealed class ConformanceTests(ITestOutputHelper output)
{
    private static readonly string? Missing = FindMissing();

    [Theory]
    [InlineData("information")]
    [InlineData("execute")]
    [InlineData("errors")]
    [InlineData("stdin")]
    [InlineData("interrupt")]
    [InlineData("stubborn_cell")]
    [InlineData("training_loop")]
    [InlineData("restart")]
    [InlineData("completion")]
    [InlineData("inspection")]
    [InlineData("much_output")]
    [InlineData("two_clients")]
    [InlineData("signatures")]
    [InlineData("malformed")]
    [InlineData("orphan")]
    [InlineData("listens_on_loopback_only")]
    [InlineData("nbconvert")]
    public async Task Jupyters_own_client_is_served(string check)
    {
        if (Missing is not null)
            Assert.Skip(Missing);
        var (exitCode, text) = await Python(["-X", "faulthandler", Path.Combine(AppContext.BaseDirectory, "Jupyter", "conformance.py"), check, Environment.ProcessPath!, Workbook.Notebooks.Jupyter.KernelProgram.Verb]);
        output.WriteLine(text);
        Assert.True(exitCode == 0, text);
    }

    private static string? FindMissing()
    {
        if (!File.Exists("/usr/bin/python3"))
            return "python3 is not installed";
        var (exitCode, _) = Python(["-c", "import zmq, jupyter_client, nbconvert, nbformat"]).GetAwaiter().GetResult();
        return exitCode == 0 ? null : "Jupyter is not installed (apt-get install python3-jupyter-client python3-nbconvert)";
    }

    private static async Task<(int ExitCode, string Text)> Python(IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("/usr/bin/python3", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        using var longest = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        try
        {
            await process.WaitForExitAsync(longest.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
        }
        return (process.HasExited ? process.ExitCode : -1, await output + await errors);
    }
}
