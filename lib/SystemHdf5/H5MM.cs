// Memory callbacks for values of variable length.
// Names, numbers and signatures are those of HDF.PInvoke 1.10, so that code written for it runs unchanged.
namespace HDF.PInvoke;

/// <summary>Memory callbacks for values of variable length.</summary>
/// <remarks>Each method calls the C function of the same name (HDF5 reference manual, H5MMpublic.h); a negative result means failure.</remarks>
public static unsafe partial class H5MM
{
    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    public delegate IntPtr allocate_t(size_t size, IntPtr alloc_info);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    public delegate IntPtr free_t(IntPtr mem, IntPtr free_info);
}
