// Memory between runs: each run has a thread of its own, and glibc keeps what a finished thread has freed.
using System.Runtime.InteropServices;

namespace ModelBalancing.Experiments;

internal static class FreedMemory
{
    /// <summary>Hands freed pages back to the system, so that many runs in one process need no more memory than one (glibc; elsewhere nothing).</summary>
    public static void Return()
    {
        if (OperatingSystem.IsLinux() && NativeLibrary.TryLoad("libc.so.6", out nint library) && NativeLibrary.TryGetExport(library, "malloc_trim", out nint trim))
            Marshal.GetDelegateForFunctionPointer<Trim>(trim)(0);
    }

    private delegate int Trim(nint keep);
}
