// The kernel as a process: started by a front end with a connection file, ended by it or with it.
using System.Runtime.InteropServices;
using System.Text;
using Workbook.Notebooks.Sessions;

namespace Workbook.Notebooks.Jupyter;

/// <summary>The kernel as a process.</summary>
public static class KernelProgram
{
    /// <summary>The verb that kernel specifications call; it hands the arguments after it to <see cref="Main"/>.</summary>
    public const string Verb = "__kernel";

    /// <summary>Serves a front end until it says shutdown or is gone.</summary>
    /// <param name="arguments">The connection file.</param>
    /// <returns>The exit code: 0 told to end, 1 the connection file cannot be used or a port is taken, 2 wrong usage.</returns>
    public static int Main(IReadOnlyList<string> arguments)
    {
        // Cells redirect Console.Error; the log keeps the process's own.
        var errors = new StreamWriter(Console.OpenStandardError(), new UTF8Encoding(false)) { AutoFlush = true };
        if (arguments.Count != 1)
        {
            errors.WriteLine($"{Verb} is how Jupyter, nbconvert and editors start the kernel, with a connection file; ./workbook kernel install makes it known to them.");
            return 2;
        }
        var log = new KernelLog(errors);
        JupyterKernel kernel;
        try
        {
            kernel = new JupyterKernel(ConnectionFile.Read(arguments[0]), log);
        }
        catch (Exception error) when (error is ConnectionFileException or System.Net.Sockets.SocketException)
        {
            log.Write(error.Message);
            return 1;
        }
        _ = CSharpSession.WarmUpAsync();
        ParentWatch.Start(kernel.End);
        // A front end that knows no interrupt message sends the signal.
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal =>
        {
            signal.Cancel = true;
            kernel.Interrupt();
        });
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
        {
            signal.Cancel = true;
            kernel.End();
        });
        kernel.WaitForEnd();
        // Nothing of a cell that still runs, be it native code, may hold the process back.
        Environment.Exit(0);
        return 0;
    }
}
