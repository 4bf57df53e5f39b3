// Slurm's own programs: sbatch, squeue, sacct.
using System.ComponentModel;
using System.Diagnostics;

namespace ModelBalancing.Experiments.Sweeps.Slurm;

internal static class SlurmProgram
{
    /// <summary>Runs one of Slurm's programs to its end.</summary>
    /// <returns>Exit code, standard output and standard error, trimmed.</returns>
    /// <exception cref="RunException">The program is not on this machine.</exception>
    public static (int Code, string Output, string Errors) Run(string program, params IEnumerable<string> arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var errors = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, output.Trim(), errors.Result.Trim());
        }
        catch (Win32Exception missing)
        {
            throw new RunException($"Slurm's program '{program}' is not on this machine ({missing.Message.TrimEnd('.')}); call this on a login node of the cluster, or leave --slurm out to run here.", missing);
        }
    }
}
