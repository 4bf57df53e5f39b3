// Calls a command as the shell would, and catches what it prints.

using System.CommandLine;

namespace Workbook.Tests;

/// <summary>One call at a time: the console is the process's.</summary>
internal static class CommandCall
{
    private static readonly SemaphoreSlim gate = new(1);

    /// <summary>Runs a command to its end.</summary>
    /// <param name="command">The command.</param>
    /// <param name="arguments">What follows its name.</param>
    internal static async Task<(int Code, string Output, string Errors)> RunAsync(Command command, string[] arguments)
    {
        var root = new RootCommand();
        root.Subcommands.Add(command);
        await gate.WaitAsync();
        var (output, errors) = (new StringWriter(), new StringWriter());
        var (outputBefore, errorsBefore) = (Console.Out, Console.Error);
        Console.SetOut(output);
        Console.SetError(errors);
        try
        {
            return (await CommandLine.InvokeAsync(root, [command.Name, .. arguments]), output.ToString(), errors.ToString());
        }
        finally
        {
            Console.SetOut(outputBefore);
            Console.SetError(errorsBefore);
            gate.Release();
        }
    }
}
