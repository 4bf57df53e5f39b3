// ./workbook data: makes, gets, describes and checks data files; every subcommand is a file of its own.

using System.CommandLine;

namespace Workbook.Commands;

/// <summary>The data commands.</summary>
internal static class DataCommand
{
    internal static Command Create()
    {
        var command = new Command("data", "Makes, gets, describes and checks data files.");
        command.Subcommands.Add(DataListCommand.Create());
        command.Subcommands.Add(DataGenerateCommand.Create());
        command.Subcommands.Add(DataGetCommand.Create());
        command.Subcommands.Add(DataVerifyCommand.Create());
        command.Subcommands.Add(DataInspectCommand.Create());
        command.Subcommands.Add(DataRecomputeCommand.Create());
        command.Subcommands.Add(DataCorpusCommand.Create());
        command.Subcommands.Add(DataModelCommand.Create());
        return command;
    }

    internal static Option<bool> Json() => new("--json") { Description = "One JSON document instead of text." };
}
