// Callbacks of file images held in memory.
// Names, numbers and signatures are those of HDF.PInvoke 1.10, so that code written for it runs unchanged.
namespace HDF.PInvoke;

/// <summary>Callbacks of file images held in memory.</summary>
/// <remarks>Each method calls the C function of the same name (HDF5 reference manual, H5FDpublic.h); a negative result means failure.</remarks>
public static unsafe partial class H5FD
{
    static H5FD() => H5.Start();

    public enum file_image_op_t { NO_OP, PROPERTY_LIST_SET, PROPERTY_LIST_COPY, PROPERTY_LIST_GET, PROPERTY_LIST_CLOSE, FILE_OPEN,
        FILE_RESIZE, FILE_CLOSE }

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    public delegate IntPtr image_malloc_t(size_t size, file_image_op_t file_image_op, IntPtr udata);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    public delegate IntPtr image_memcpy_t(IntPtr dest, IntPtr src, size_t size, file_image_op_t file_image_op, IntPtr udata);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    public delegate IntPtr image_realloc_t(IntPtr ptr, size_t size, file_image_op_t file_image_op, IntPtr udata);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    public delegate herr_t image_free_t(IntPtr ptr, file_image_op_t file_image_op, IntPtr udata);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    public delegate IntPtr udata_copy_t(IntPtr udata);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    public delegate herr_t udata_free_t(IntPtr udata);

    public struct file_image_callbacks_t
    {
        public image_malloc_t image_malloc;
        public image_memcpy_t image_memcpy;
        public image_realloc_t image_realloc;
        public image_free_t image_free;
        public udata_copy_t udata_copy;
        public udata_free_t udata_free;
        public IntPtr udata;
    }
}
