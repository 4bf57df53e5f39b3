// The command line: parses, hands over to the libraries, and turns outcomes into exit codes.

using System.CommandLine;
using System.CommandLine.Help;
using ModelBalancing.Experiments.Sweeps;
using ModelBalancing.Spectra;
using Workbook;
using Workbook.Commands;
using Workbook.Notebooks.Jupyter;
using Workbook.Notebooks.Running;

// A notebook runs in a process of its own: this program calling itself.
if (args is [NotebookRunner.ChildVerb, ..]) return await NotebookRunner.ChildMainAsync(args[1..]);
// A front end starts the kernel that ./workbook kernel install told it of.
if (args is [KernelProgram.Verb, ..]) return KernelProgram.Main(args[1..]);
// Spectra beside a training run: this program calling itself.
if (args is [SpectraProcess.Verb, var snapshot]) return SpectraProcess.Serve(snapshot);
// A worker of a sweep: this program calling itself.
if (args is [SweepWorker.Verb, var store]) return SweepWorker.Serve(store);

var root = new Command("./workbook", "The model balancing workbook: notebooks, data, training runs and checks. See README.md.")
{
    new HelpOption { Recursive = true },
    new VersionOption(),
};
root.Subcommands.Add(TestCommand.Create());
root.Subcommands.Add(DoctorCommand.Create());
root.Subcommands.Add(EsdCommand.Create());
root.Subcommands.Add(DataCommand.Create());
root.Subcommands.Add(TokenizeCommand.Create());
root.Subcommands.Add(TrainCommand.Create());
root.Subcommands.Add(PredictCommand.Create());
root.Subcommands.Add(RunsCommand.Create());
root.Subcommands.Add(SweepCommand.Create());
root.Subcommands.Add(StatsCommand.Create());
root.Subcommands.Add(RunCommand.Create());
root.Subcommands.Add(ReportCommand.Create());
root.Subcommands.Add(BenchCommand.Create());
root.Subcommands.Add(NotebookCommand.Create());
root.Subcommands.Add(KernelCommand.Create());

return await CommandLine.InvokeAsync(root, args);
