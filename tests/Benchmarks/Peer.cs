// A peer in Python or Node that stays alive and times its own work when asked, so that ours and theirs alternate within one run.
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

    /// <summary>Starts a script of the folder peers with Node.</summary>
    /// <param name="script">Its path below peers.</param>
    /// <param name="packages">The folder that <see cref="InstallPackages"/> gave; the script finds it in PEER_PACKAGES.</param>
    /// <param name="threads">Told to the script as PEER_THREADS.</param>
    /// <exception cref="PeerException">There is no Node, or the script ended at once.</exception>
    public static Peer StartNode(string script, string packages, int threads)
    {
        var start = Script("node", script, threads);
        start.Environment["PEER_PACKAGES"] = packages;
        return Launch(start, script, "The peer needs Node, and 'node' could not be started; install it (apt-get install nodejs npm).");
    }

    /// <summary>Installs the npm packages of a folder of peers below the user's cache, once for each lock file.</summary>
    /// <param name="name">The folder with package.json and package-lock.json.</param>
    /// <exception cref="PeerException">npm is missing or failed.</exception>
    public static string InstallPackages(string name)
    {
        string from = Path.Combine(AppContext.BaseDirectory, "peers", name), to = Path.Combine(Folders.Cache, "peers", name), stamp = Path.Combine(to, "installed.json");
        byte[] wanted = File.ReadAllBytes(Path.Combine(from, "package-lock.json"));
        if (File.Exists(stamp) && File.ReadAllBytes(stamp).AsSpan().SequenceEqual(wanted))
            return to;
        Directory.CreateDirectory(to);
        foreach (string file in (string[])["package.json", "package-lock.json"])
            File.Copy(Path.Combine(from, file), Path.Combine(to, file), overwrite: true);
        Console.Error.WriteLine($"fetching the peer's packages with npm into {to} ...");
        try
        {
            using var npm = Process.Start(new ProcessStartInfo("npm", ["ci", "--prefix", to, "--no-audit", "--no-fund", "--omit-lockfile-registry-resolved=true"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var said = npm.StandardError.ReadToEndAsync();
            npm.StandardOutput.ReadToEnd();
            npm.WaitForExit();
            if (npm.ExitCode != 0)
                throw new PeerException($"npm could not fetch the peer's packages: {said.Result.Trim().Split('\n')[0]}");
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new PeerException("The peer needs npm, and 'npm' could not be started; install it (apt-get install nodejs npm).");
        }
        File.WriteAllBytes(stamp, wanted);
        return to;
    }

    private static Peer Start(string python, string script, int threads) =>
        Launch(Script(python, script, threads), script, $"The peer needs Python with PyTorch, and '{python}' could not be started; install it (apt-get install python3-torch) or set WORKBOOK_PYTHON.");

    private static ProcessStartInfo Script(string program, string script, int threads)
    {
        var start = new ProcessStartInfo(program, [Path.Combine([AppContext.BaseDirectory, "peers", .. script.Split('/')])])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PEER_THREADS"] = threads.ToString();
        start.Environment["PEER_CLOCK"] = Clock.Processor ? "processor" : "wall";
        return start;
    }

    private static Peer Launch(ProcessStartInfo start, string script, string missing)
    {
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new PeerException(missing);
        }
        var errors = process.StandardError.ReadToEndAsync();
        if (process.StandardOutput.ReadLine() is { } hello)
            return new Peer(process, errors, JsonDocument.Parse(hello).RootElement.GetProperty("peer").GetString()!);
        string said = errors.Result;
        process.Dispose();
        throw new PeerException(said.Contains("No module named 'torch'", StringComparison.Ordinal)
            ? $"The peer needs PyTorch, and '{start.FileName}' has none; install it (apt-get install python3-torch) or set WORKBOOK_PYTHON."
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
