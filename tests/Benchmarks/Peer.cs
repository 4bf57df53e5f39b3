// A Python peer that stays alive and times its own work when asked, so that ours and theirs alternate within one run.
using System.Diagnostics;
using System.Text.Json;

namespace ModelBalancing.Benchmarks;

/// <summary>A peer that cannot run; the message is one sentence with the way out.</summary>
internal sealed class PeerException(string message) : Exception(message);

/// <summary>A running peer script.</summary>
internal sealed class Peer : IDisposable
{
    private readonly Process process;
    private readonly Task<string> errors;

    private Peer(Process process, Task<string> errors, string name) => (this.process, this.errors, Name) = (process, errors, name);

    /// <summary>What the peer says it is, such as "PyTorch 1.13.0".</summary>
    public string Name { get; }

    /// <summary>Starts a script of the folder peers with WORKBOOK_PYTHON, or the first of python3 and the system's own that has PyTorch.</summary>
    /// <exception cref="PeerException">There is no Python, or it has no PyTorch.</exception>
    public static Peer Start(string script, int threads)
    {
        string[] pythons = Environment.GetEnvironmentVariable("WORKBOOK_PYTHON") is { Length: > 0 } given ? [given] : ["python3", "/usr/bin/python3"];
        PeerException? last = null;
        foreach (string python in pythons)
        {
            try
            {
                return Start(python, script, threads);
            }
            catch (PeerException missing)
            {
                last = missing;
            }
        }
        throw last!;
    }

    private static Peer Start(string python, string script, int threads)
    {
        var start = new ProcessStartInfo(python, [Path.Combine(AppContext.BaseDirectory, "peers", script)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PEER_THREADS"] = threads.ToString();
        start.Environment["PEER_CLOCK"] = Clock.Processor ? "processor" : "wall";
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new PeerException($"The peer needs Python with PyTorch, and '{python}' could not be started; install it (apt-get install python3-torch) or set WORKBOOK_PYTHON.");
        }
        var errors = process.StandardError.ReadToEndAsync();
        if (process.StandardOutput.ReadLine() is { } hello)
            return new Peer(process, errors, JsonDocument.Parse(hello).RootElement.GetProperty("peer").GetString()!);
        string said = errors.Result;
        process.Dispose();
        throw new PeerException(said.Contains("No module named 'torch'", StringComparison.Ordinal)
            ? $"The peer needs PyTorch, and '{python}' has none; install it (apt-get install python3-torch) or set WORKBOOK_PYTHON."
            : $"The peer '{script}' ended at once: {said.Trim().Split('\n')[^1]}");
    }

    /// <summary>Asks for timings.</summary>
    /// <param name="request">A line that the script understands.</param>
    /// <returns>Seconds.</returns>
    public double[] Ask(string request)
    {
        process.StandardInput.WriteLine(request);
        process.StandardInput.Flush();
        string answer = process.StandardOutput.ReadLine() ?? throw new PeerException($"The peer ended: {errors.Result.Trim().Split('\n')[^1]}");
        return JsonSerializer.Deserialize<double[]>(answer)!;
    }

    public void Dispose()
    {
        process.StandardInput.Close();
        if (!process.WaitForExit(5000))
            process.Kill();
        process.Dispose();
    }
}
