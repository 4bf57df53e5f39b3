// ./workbook test: runs every test project's executable and adds up what they say.

using System.CommandLine;
using System.Diagnostics;
using System.Xml.Linq;
using ModelBalancing;

namespace Workbook.Commands;

/// <summary>Runs the test executables that setup has built; the last line is "N passed, N failed[, N skipped]".</summary>
internal static class TestCommand
{
    internal static Command Create()
    {
        var filter = new Option<string?>("--filter") { Description = "Only tests whose full name contains this text." };
        var command = new Command("test", "Builds and runs all tests; the last line is \"N passed, N failed\".") { filter };
        command.SetAction((parsed, cancellation) => RunAsync(parsed.GetValue(filter), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(string? filter, CancellationToken cancellation)
    {
        var projects = Directory.GetDirectories(Path.Combine(Folders.Root, "tests"), "*.Tests").Order(StringComparer.Ordinal).ToList();
        var total = new Counts();
        foreach (var project in projects)
        {
            var name = Path.GetFileName(project);
            var program = Path.Combine(project, "bin", Engine.Name, "Release", "net10.0", name);
            if (!File.Exists(program)) throw new FileNotFoundException($"{name} has not been built for engine {Engine.Name}: start the tests through ./workbook test, which builds them.");
            total += await RunProjectAsync(name, program, filter, cancellation);
        }

        if (filter is not null && total.Passed + total.Failed + total.Skipped == 0)
            throw new UsageException($"no test's name contains '{filter}'.");
        Console.WriteLine(total);
        return total.Failed == 0 ? 0 : CommandLine.Failed;
    }

    private static async Task<Counts> RunProjectAsync(string name, string program, string? filter, CancellationToken cancellation)
    {
        Console.WriteLine($"== {name}");
        var results = Path.Combine(Path.GetTempPath(), $"workbook-{Environment.ProcessId}-{name}.xml");
        var start = new ProcessStartInfo(program) { WorkingDirectory = Path.GetDirectoryName(program)! };
        foreach (var argument in (string[])["-noLogo", "-noColor", "-xml", results]) start.ArgumentList.Add(argument);
        // Tests run side by side in one process, and the matrix library has one thread count for all: at 1 from the start, no test changes another's last bits.
        start.Environment["OPENBLAS_NUM_THREADS"] = start.Environment["OMP_NUM_THREADS"] = "1";
        if (filter is not null)
            foreach (var argument in (string[])["-method", $"*{filter}*"]) start.ArgumentList.Add(argument);
        try
        {
            var exitCode = await ChildProcess.RunAsync(start, cancellation);
            // Exit code 1 is "some test failed", which the counts tell; anything without results is a crash and counts as a failure.
            if (File.Exists(results)) return Counts.Read(results);
            Console.WriteLine($"{name} ended with exit code {exitCode} and left no results.");
            return new Counts(0, 1, 0);
        }
        finally
        {
            File.Delete(results);
        }
    }

    private sealed record Counts(int Passed = 0, int Failed = 0, int Skipped = 0)
    {
        public static Counts operator +(Counts left, Counts right) =>
            new(left.Passed + right.Passed, left.Failed + right.Failed, left.Skipped + right.Skipped);

        internal static Counts Read(string file)
        {
            var assemblies = XDocument.Load(file).Descendants("assembly").ToList();
            int Sum(string attribute) => assemblies.Sum(assembly => (int?)assembly.Attribute(attribute) ?? 0);
            return new Counts(Sum("passed"), Sum("failed") + Sum("errors"), Sum("skipped"));
        }

        public override string ToString() => $"{Passed} passed, {Failed} failed" + (Skipped > 0 ? $", {Skipped} skipped" : "");
    }
}
