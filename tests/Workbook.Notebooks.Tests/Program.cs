// The test program, which the runner under test also starts to run a notebook, and Jupyter clients start as a kernel.
using Workbook.Notebooks.Jupyter;
using Workbook.Notebooks.Running;

if (args is [NotebookRunner.ChildVerb, .. var rest])
    return await NotebookRunner.ChildMainAsync(rest);
if (args is [KernelProgram.Verb, .. var connection])
    return KernelProgram.Main(connection);
return await Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args);
