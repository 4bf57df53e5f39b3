// ./workbook doctor: what this machine computes with, what is missing, and how to get it.

using System.CommandLine;
using ModelBalancing;

namespace Workbook.Commands;

/// <summary>Prints the state of engine, matrix library, threads, HDF5, disk and data.</summary>
internal static class DoctorCommand
{
    internal static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "One JSON document instead of text." };
        var command = new Command("doctor", "Says what the workbook runs on, what is missing and how to get it.") { json };
        command.SetAction(parsed => Run(parsed.GetValue(json)));
        return command;
    }

    private static int Run(bool json)
    {
        var findings = Doctor.Examine();
        if (json)
            JsonOutput.Write(findings);
        else
            foreach (var finding in findings)
            {
                Console.WriteLine($"{(finding.Ok ? "ok     " : "missing")}  {finding.What,-10}  {finding.Found}");
                if (finding.Remedy is { } remedy) Console.WriteLine($"                     {remedy}");
            }

        return findings.All(finding => finding.Ok) ? 0 : CommandLine.Failed;
    }
}
