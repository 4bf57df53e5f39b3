// ./workbook kernel: makes the notebook kernel known to Jupyter and to editors.

using System.CommandLine;
using Workbook.Notebooks.Jupyter;

namespace Workbook.Commands;

/// <summary>Installs, removes and lists Jupyter kernels of this user.</summary>
internal static class KernelCommand
{
    /// <summary>What a kernel started by an editor would otherwise not know of this checkout.</summary>
    private static readonly string[] Passed = ["WORKBOOK_ROOT", "WORKBOOK_LIBTORCH"];

    internal static Command Create()
    {
        var install = new Command("install", "Makes the C# kernel known to Jupyter, nbconvert and VS Code, for this user.");
        install.SetAction(_ =>
        {
            var variables = Passed.Where(name => Environment.GetEnvironmentVariable(name) is { Length: > 0 }).ToDictionary(name => name, name => Environment.GetEnvironmentVariable(name)!);
            var spec = KernelSpecs.Install(environment: variables);
            Console.WriteLine($"installed \"{spec.DisplayName}\" as {spec.Name} in {spec.Folder}");
            if (spec.Name != KernelSpecs.SharedName)
                Console.WriteLine($"{KernelSpecs.SharedName} belongs to another kernel and was left alone: choose \"{spec.DisplayName}\" in the notebook's kernel list.");
        });
        var uninstall = new Command("uninstall", "Removes what install made.");
        uninstall.SetAction(_ =>
        {
            var removed = KernelSpecs.Uninstall();
            foreach (var spec in removed) Console.WriteLine($"removed {spec.Name} from {spec.Folder}");
            if (removed.Count == 0) Console.WriteLine("nothing to remove: the workbook's kernel is not installed for this user");
        });
        var json = new Option<bool>("--json") { Description = "One JSON document instead of text." };
        var list = new Command("list", "Lists the kernels that front ends find.") { json };
        list.SetAction(parsed =>
        {
            var specs = KernelSpecs.Find();
            if (parsed.GetValue(json))
                JsonOutput.Write(specs);
            else
                foreach (var spec in specs) Console.WriteLine($"{spec.Name,-18} {spec.DisplayName,-20} {(spec.IsOurs ? "workbook" : "")} {spec.Folder}");
            if (!parsed.GetValue(json) && specs.Count == 0) Console.WriteLine("no kernels; ./workbook kernel install adds the workbook's");
        });
        return new Command("kernel", "The C# kernel for Jupyter, nbconvert and VS Code.") { install, uninstall, list };
    }
}
