// Programs of the checkout that a command starts; none outlives it.

using System.Diagnostics;

namespace Workbook;

/// <summary>Runs a program to its end, or ends it when the command is interrupted.</summary>
internal static class ChildProcess
{
    /// <returns>The program's exit code.</returns>
    internal static async Task<int> RunAsync(ProcessStartInfo start, CancellationToken cancellation)
    {
        using var process = Process.Start(start)!;
        try
        {
            await process.WaitForExitAsync(cancellation);
            return process.ExitCode;
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }
}
