// A kernel whose front end has died must not stay behind.
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Workbook.Notebooks.Jupyter;

/// <summary>Ends the process when the one named by JPY_PARENT_PID is gone.</summary>
internal static class ParentWatch
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    internal static void Start(Action parentIsGone)
    {
        if (OperatingSystem.IsWindows() || !int.TryParse(Environment.GetEnvironmentVariable("JPY_PARENT_PID"), out int parent) || parent <= 1)
            return; // on Windows the variable is a handle, and Jupyter's process group ends the kernel
        int direct = ParentId();
        new Thread(() =>
        {
            while (ParentId() == direct && Exists(parent))
                Thread.Sleep(Interval);
            parentIsGone();
        }, 256 << 10) { IsBackground = true, Name = "watches the parent" }.Start();
    }

    private static bool Exists(int id)
    {
        try
        {
            using Process process = Process.GetProcessById(id);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    [DllImport("libc", EntryPoint = "getppid")]
    private static extern int ParentId();
}
