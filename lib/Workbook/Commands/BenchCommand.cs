// ./workbook bench: the side-by-side benchmarks of tests/Benchmarks.

using System.CommandLine;
using System.Diagnostics;
using ModelBalancing;

namespace Workbook.Commands;

/// <summary>Runs the benchmark program that setup has built; its arguments are passed on.</summary>
internal static class BenchCommand
{
    internal static Command Create()
    {
        var names = new Argument<string[]>("NAME") { Description = "Benchmarks by name; default: all. A wrong name lists the known ones.", Arity = ArgumentArity.ZeroOrMore };
        var threads = new Option<int>("--threads") { Description = "Threads of ours and of the peer.", DefaultValueFactory = _ => 1 };
        var rounds = new Option<int>("--rounds") { Description = "Pairs of the fine-tuning step (roberta-…), each of ten seconds and more.", DefaultValueFactory = _ => 10 };
        var json = new Option<bool>("--json") { Description = "[{ name, ours, peer, unit, ratio }], ratio = ours/peer." };
        var processor = new Option<bool>("--processor-time") { Description = "Training steps are timed by processor time, which tells more on a shared machine." };
        var command = new Command("bench", "Times ours and a peer in turns; ratio = ours/peer, smaller is better.") { names, threads, rounds, json, processor };
        command.SetAction(async (parsed, cancellation) =>
        {
            var program = Path.Combine(Folders.Root, "tests", "Benchmarks", "bin", Engine.Name, "Release", "net10.0", "Benchmarks");
            if (!File.Exists(program)) throw new FileNotFoundException($"The benchmarks have not been built for engine {Engine.Name}: start them through ./workbook bench, which builds them.");
            var start = new ProcessStartInfo(program);
            foreach (var name in parsed.GetValue(names) ?? []) start.ArgumentList.Add(name);
            foreach (var argument in (string[])["--threads", $"{parsed.GetValue(threads)}", "--rounds", $"{parsed.GetValue(rounds)}"]) start.ArgumentList.Add(argument);
            if (parsed.GetValue(json)) start.ArgumentList.Add("--json");
            if (parsed.GetValue(processor)) start.ArgumentList.Add("--processor-time");
            return await ChildProcess.RunAsync(start, cancellation);
        });
        return command;
    }
}
