// Makes a thread whose code was aborted as good as before.
using System.Runtime.InteropServices;

namespace Workbook.Notebooks.Sessions;

/// <summary>Repairs a thread after an abort.</summary>
/// <remarks>
/// On Linux the runtime stops threads with a signal. An abort leaves the signal's handler by an exception, so that the signal stays blocked in this
/// thread and the runtime believes one is still under way: neither a second abort nor the garbage collector could stop a tight loop here
/// (seen with .NET 10.0: every later such loop hangs). Unblocking the signal and sending it once, outside managed code, puts both right.
/// </remarks>
internal static class AbortedThread
{
    private const int Unblock = 1;

    /// <summary>Call on the thread itself, once the aborted code has ended.</summary>
    internal static void Restore()
    {
        if (!OperatingSystem.IsLinux())
            return;
        int signal = FirstRealTimeSignal();
        var set = new byte[128];
        set[(signal - 1) / 8] = (byte)(1 << ((signal - 1) % 8));
        if (ChangeBlockedSignals(Unblock, set, 0) == 0)
            Send(Self(), signal);
    }

    [DllImport("libc", EntryPoint = "__libc_current_sigrtmin")]
    private static extern int FirstRealTimeSignal();

    [DllImport("libc", EntryPoint = "pthread_sigmask")]
    private static extern int ChangeBlockedSignals(int how, byte[] set, nint old);

    [DllImport("libc", EntryPoint = "pthread_self")]
    private static extern nint Self();

    [DllImport("libc", EntryPoint = "pthread_kill")]
    private static extern int Send(nint thread, int signal);
}
