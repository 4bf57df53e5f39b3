// Which libtorch the native part was compiled for; what is loaded beside it, the library's Engine tells for every engine.
using System.Runtime.InteropServices;

namespace SystemTorch;

/// <summary>Facts about the libtorch that this process uses.</summary>
public static class EngineInformation
{
    /// <summary>libtorch's version, e.g. "1.13.1", as the native part was compiled for it.</summary>
    public static string Version => Marshal.PtrToStringUTF8(Native.system_torch_version())!;
}
