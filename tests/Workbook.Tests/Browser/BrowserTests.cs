// Chromium against the classic Notebook and against a report: what a reader sees, clicked through by playwright-core (tests/browser).
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using ModelBalancing;
using Workbook.Notebooks.Jupyter;

namespace Workbook.Tests.Browser;

[Collection("browser")]
public sealed class BrowserTests(ITestOutputHelper output)
{
    private static string Walks => Path.Combine(Folders.Root, "tests", "browser");

    private static string Shots => Directory.CreateDirectory(Path.Combine(Folders.Root, "artifacts", "screenshots")).FullName;

    private static string Program => Path.Combine(Folders.Published, "Workbook.dll");

    [Fact]
    public async Task The_classic_Notebook_opens_runs_draws_completes_interrupts_and_restarts()
    {
        Require(Program, "nothing is published: ./workbook test does it first");
        RequireBrowser();
        if (await Call("/usr/bin/python3", ["-c", "import notebook"]) is not (0, _))
            Assert.Skip("Jupyter's classic Notebook is not installed (apt-get install jupyter-notebook)");
        var home = Directory.CreateTempSubdirectory("workbook-jupyter-").FullName;
        var data = Path.Combine(home, "data");
        await InstallKernel(data);
        var port = FreePort();
        var start = new ProcessStartInfo("/usr/bin/python3",
        [
            "-m", "notebook", "--no-browser", "--allow-root", "--ip=127.0.0.1", $"--port={port}", "--NotebookApp.token=", "--NotebookApp.password=", "--NotebookApp.port_retries=0",
            $"--notebook-dir={Path.Combine(Folders.Root, "notebooks")}",
        ]) { RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (var (name, value) in new[] { ("HOME", home), ("JUPYTER_DATA_DIR", data), ("JUPYTER_CONFIG_DIR", home), ("JUPYTER_RUNTIME_DIR", home), ("IPYTHONDIR", home) }) start.Environment[name] = value;
        start.Environment["WORKBOOK_PROFILE"] = "quick";
        using var server = Process.Start(start)!;
        _ = server.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var log = server.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        try
        {
            await Until(port);
            var (code, text) = await Call("node", [Path.Combine(Walks, "notebook.js"), $"http://127.0.0.1:{port}", "00-start-here.ipynb", Shots]);
            output.WriteLine(text);
            if (code != 0) server.Kill(entireProcessTree: true);
            Assert.True(code == 0, code == 0 ? "" : text + (await log)[^Math.Min(4000, (await log).Length)..]);
        }
        finally
        {
            if (!server.HasExited) server.Kill(entireProcessTree: true);
            await server.WaitForExitAsync(TestContext.Current.CancellationToken);
            Directory.Delete(home, recursive: true);
        }
    }

    [Fact]
    public async Task A_report_is_drawn_without_a_fault_or_a_request_in_light_and_dark_and_on_a_phone()
    {
        Require(Program, "nothing is published: ./workbook test does it first");
        RequireBrowser();
        var folder = Directory.CreateTempSubdirectory("workbook-report-").FullName;
        var extra = Path.Combine(Directory.CreateDirectory(Path.Combine(folder, "source")).FullName, "diagrams.ipynb");
        Notebooks.Documents.NotebookDocument.Create(
            (Notebooks.Documents.CellKind.Markdown, "# A diagram, a formula and a table\n\n$\\alpha = 1 + k / \\sum_i \\ln(\\lambda_i / x)$"),
            (Notebooks.Documents.CellKind.Code, "#!mermaid\ngraph LR\n  weights --> spectra --> rates"),
            (Notebooks.Documents.CellKind.Code, "Enumerable.Range(0, 5).Select(i => new { name = $\"n{i}\", value = (i * 7) % 5 - 1.5 })")).Write(extra);
        try
        {
            var (code, text) = await Call("dotnet", [Program, "run", Path.Combine(Folders.Root, "notebooks", "00-start-here.ipynb"), extra, "--profile", "quick", "--out", folder]);
            Assert.True(code == 0, text);
            (code, text) = await Call("node", [Path.Combine(Walks, "report.js"), folder, Shots]);
            output.WriteLine(text);
            Assert.True(code == 0, text);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task The_ZeroMQ_library_that_VS_Code_uses_is_served()
    {
        Require(Program, "nothing is published: ./workbook test does it first");
        Require(Path.Combine(Walks, "node_modules", "zeromq", "package.json"), "zeromq is not installed (npm ci --prefix tests/browser)");
        var (code, text) = await Call("node", [Path.Combine(Walks, "client.js"), "dotnet", Program, KernelProgram.Verb]);
        output.WriteLine(text);
        Assert.True(code == 0, text);
    }

    private static void Require(string file, string reason)
    {
        if (!File.Exists(file)) Assert.Skip(reason);
    }

    private static void RequireBrowser()
    {
        Require(Environment.GetEnvironmentVariable("WORKBOOK_CHROMIUM") ?? "/usr/bin/chromium", "Chromium is not installed (apt-get install chromium)");
        Require(Path.Combine(Walks, "node_modules", "playwright-core", "package.json"), "playwright-core is not installed (npm ci --prefix tests/browser)");
    }

    private static async Task InstallKernel(string data)
    {
        var start = Prepared("dotnet", [Program, "kernel", "install"]);
        start.Environment["JUPYTER_DATA_DIR"] = data;
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, process.ExitCode);
        Assert.True(File.Exists(Path.Combine(data, "kernels", KernelSpecs.SharedName, "kernel.json")) || File.Exists(Path.Combine(data, "kernels", KernelSpecs.OwnName, "kernel.json")));
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task Until(int port)
    {
        using var client = new HttpClient();
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                (await client.GetAsync($"http://127.0.0.1:{port}/api", TestContext.Current.CancellationToken)).EnsureSuccessStatusCode();
                return;
            }
            catch (HttpRequestException) when (attempt < 300)
            {
                await Task.Delay(100, TestContext.Current.CancellationToken);
            }
        }
    }

    private static ProcessStartInfo Prepared(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["WORKBOOK_ROOT"] = Folders.Root;
        start.Environment.Remove("WORKBOOK_HEADLESS");
        return start;
    }

    private static async Task<(int Code, string Text)> Call(string program, IEnumerable<string> arguments)
    {
        using var process = Process.Start(Prepared(program, arguments))!;
        var (written, errors) = (process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await written + await errors);
    }
}
