// Tells the system what will be read, so that a disk works on many pieces at a time.
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ModelBalancing.Pde.PdeBench;

/// <summary>Announces pieces of a file (posix_fadvise, POSIX_FADV_WILLNEED): they come into the system's cache while others are used. Elsewhere than on Linux
/// nothing happens.</summary>
internal sealed class ReadingAdvice : IDisposable
{
    // The kernel shortens an announcement to the device's read-ahead, which is seldom less.
    private const long Piece = 128 << 10;

    // More is not announced at a time: it would push other files out of the cache.
    private const long Most = 256 << 20;

    private const int WillNeed = 3;

    private readonly SafeFileHandle? file;
    private long announced;

    public ReadingAdvice(string path) => file = OperatingSystem.IsLinux() ? File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete) : null;

    /// <summary>These bytes will be read. Advice only: the system may do without it, so that a failure means nothing.</summary>
    public void WillRead(long start, long length)
    {
        length = Math.Min(length, Most - announced);
        for (var at = start; file is not null && at < start + length; at += Piece)
            Advise(file, at, Math.Min(Piece, start + length - at), WillNeed);
        announced += length;
    }

    public void Dispose() => file?.Dispose();

    [DllImport("libc", EntryPoint = "posix_fadvise")]
    private static extern int Advise(SafeFileHandle file, long offset, long length, int advice);
}
