// The test program, which the runner under test also starts to run a notebook.
using Workbook.Notebooks.Running;

if (args is [NotebookRunner.ChildVerb, .. var rest])
    return await NotebookRunner.ChildMainAsync(rest);
return await Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args);
