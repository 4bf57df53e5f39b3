// The library itself: start, stop, version, memory it hands out.
// Names, numbers and signatures are those of HDF.PInvoke 1.10, so that code written for it runs unchanged.
namespace HDF.PInvoke;

/// <summary>The library itself: start, stop, version, memory it hands out.</summary>
/// <remarks>Each method calls the C function of the same name (HDF5 reference manual, H5public.h); a negative result means failure.</remarks>
public static unsafe partial class H5
{
    public const hsize_t HSIZE_UNDEF = ulong.MaxValue;
    public const hsize_t HADDR_UNDEF = ulong.MaxValue;
    public const hsize_t HADDR_MAX = HADDR_UNDEF-1;

    public enum iter_order_t { UNKNOWN = -1, INC, DEC, NATIVE, N }

    public enum H5IterationResult { FAILURE = -1, CONT = 0, STOP = 1 }

    public enum index_t { UNKNOWN = -1, NAME, CRT_ORDER, N }

    public struct ih_info_t
    {
        public hsize_t index_size;
        public hsize_t heap_size;
    }

    /// <summary>Memory from the library's own allocator, as filters must return it.</summary>
    [DllImport(H5.Library, EntryPoint = "H5allocate_memory")]
    public static extern IntPtr allocate_memory(IntPtr size, hbool_t clear);

    /// <summary>Ends the library and every identifier it gave out.</summary>
    [DllImport(H5.Library, EntryPoint = "H5close")]
    public static extern herr_t close();

    [DllImport(H5.Library, EntryPoint = "H5dont_atexit")]
    public static extern herr_t dont_atexit();

    /// <summary>Gives memory of the library's allocator back.</summary>
    [DllImport(H5.Library, EntryPoint = "H5free_memory")]
    public static extern herr_t free_memory(IntPtr buf);

    /// <summary>Frees the library's unused blocks.</summary>
    [DllImport(H5.Library, EntryPoint = "H5garbage_collect")]
    public static extern herr_t garbage_collect();

    /// <summary>Version of the loaded library, three numbers.</summary>
    [DllImport(H5.Library, EntryPoint = "H5get_libversion")]
    public static extern herr_t get_libversion(ref uint majnum, ref uint minnum, ref uint relnum);

    /// <summary>Says whether the loaded library may be called from several threads at once (Debian's serial build may not).</summary>
    [DllImport(H5.Library, EntryPoint = "H5is_library_threadsafe")]
    public static extern herr_t is_library_threadsafe(ref hbool_t is_ts);

    /// <summary>Starts the library; harmless when it already runs.</summary>
    [DllImport(H5.Library, EntryPoint = "H5open")]
    public static extern herr_t open();

    [DllImport(H5.Library, EntryPoint = "H5resize_memory")]
    public static extern IntPtr resize_memory(IntPtr mem, IntPtr size);

    [DllImport(H5.Library, EntryPoint = "H5set_free_list_limits")]
    public static extern herr_t set_free_list_limits(int reg_global_lim, int reg_list_lim, int arr_global_lim, int arr_list_lim,
        int blk_global_lim, int blk_list_lim);
}
