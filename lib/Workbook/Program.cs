// The command line: parses, hands over to the libraries, and turns outcomes into exit codes.

using System.CommandLine;
using Workbook;
using Workbook.Commands;

var root = new RootCommand("The model balancing workbook: notebooks, data, training runs and checks. See README.md.");
root.Subcommands.Add(TestCommand.Create());
root.Subcommands.Add(DoctorCommand.Create());
root.Subcommands.Add(DataCommand.Create());

return await CommandLine.InvokeAsync(root, args);
