// Data spaces: extents, and the hyperslabs selected in them.
// Names, numbers and signatures are those of HDF.PInvoke 1.10, so that code written for it runs unchanged.
namespace HDF.PInvoke;

/// <summary>Data spaces: extents, and the hyperslabs selected in them.</summary>
/// <remarks>Each method calls the C function of the same name (HDF5 reference manual, H5Spublic.h); a negative result means failure.</remarks>
public static unsafe partial class H5S
{
    static H5S() => H5.Start();

    public const int ALL = 0;
    public const hsize_t UNLIMITED = ulong.MaxValue;
    public const int MAX_RANK = 32;

    public enum class_t { NO_CLASS = -1, SCALAR = 0, SIMPLE = 1, NULL = 2 }

    public enum seloper_t { NOOP = -1, SET = 0, OR, AND, XOR, NOTB, NOTA, APPEND, PREPEND, INVALID }

    public enum sel_type { ERROR = -1, NONE = 0, POINTS = 1, HYPERSLABS = 2, ALL = 3, N }

    /// <summary>Closes a data space.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Sclose")]
    public static extern herr_t close(hid_t space_id);

    [DllImport(H5.Library, EntryPoint = "H5Scopy")]
    public static extern hid_t copy(hid_t space_id);

    /// <summary>A data space of a class: scalar, simple or null.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Screate")]
    public static extern hid_t create(class_t type);

    /// <summary>A data space of the given extent; <c>maxdims</c> null means the extent cannot grow.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Screate_simple")]
    public static extern hid_t create_simple(int rank, [MarshalAs(UnmanagedType.LPArray, SizeParamIndex = 0)]hsize_t[] dims,
        [MarshalAs(UnmanagedType.LPArray, SizeParamIndex = 0)]hsize_t[] maxdims);

    /// <summary>A data space of the given extent; <c>maxdims</c> null means the extent cannot grow.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Screate_simple")]
    public static extern hid_t create_simple(int rank, hsize_t* dims, hsize_t* maxdims);

    [DllImport(H5.Library, EntryPoint = "H5Sdecode")]
    public static extern hid_t decode(byte[] buf);

    [DllImport(H5.Library, EntryPoint = "H5Sencode")]
    public static extern herr_t encode(hid_t obj_id, [MarshalAs(UnmanagedType.LPArray)][In, Out] byte[] buf, ref size_t nalloc);

    [DllImport(H5.Library, EntryPoint = "H5Sextent_copy")]
    public static extern herr_t extent_copy(hid_t dest_space_id, hid_t source_space_id);

    [DllImport(H5.Library, EntryPoint = "H5Sextent_equal")]
    public static extern htri_t extent_equal(hid_t space1_id, hid_t space2_id);

    [DllImport(H5.Library, EntryPoint = "H5Sget_regular_hyperslab")]
    public static extern herr_t H5Sget_regular_hyperslab(hid_t space_id, hsize_t[] start, hsize_t[] stride, hsize_t[] count,
        hsize_t[] block);

    [DllImport(H5.Library, EntryPoint = "H5Sget_select_bounds")]
    public static extern herr_t get_select_bounds(hid_t space_id, [In, Out] hsize_t[] start, [In, Out] hsize_t[] end);

    [DllImport(H5.Library, EntryPoint = "H5Sget_select_elem_npoints")]
    public static extern hssize_t get_select_elem_npoints(hid_t space_id);

    [DllImport(H5.Library, EntryPoint = "H5Sget_select_elem_pointlist")]
    public static extern herr_t get_select_elem_pointlist(hid_t space_id, hsize_t startpoint, hsize_t numpoints, [In, Out] hsize_t[] buf);

    [DllImport(H5.Library, EntryPoint = "H5Sget_select_hyper_blocklist")]
    public static extern herr_t get_select_hyper_blocklist(hid_t space_id, hsize_t startblock, hsize_t numblocks, [In,
        Out] hsize_t[] buf);

    [DllImport(H5.Library, EntryPoint = "H5Sget_select_hyper_nblocks")]
    public static extern hssize_t get_select_hyper_nblocks(hid_t space_id);

    /// <summary>Number of selected elements.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Sget_select_npoints")]
    public static extern hssize_t get_select_npoints(hid_t space_id);

    [DllImport(H5.Library, EntryPoint = "H5Sget_select_type")]
    public static extern sel_type get_select_type(hid_t space_id);

    /// <summary>Extent and largest extent; returns the number of axes.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Sget_simple_extent_dims")]
    public static extern int get_simple_extent_dims(hid_t space_id, [In, Out] hsize_t[] dims, [In, Out] hsize_t[] maxdims);

    /// <summary>Extent and largest extent; returns the number of axes.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Sget_simple_extent_dims")]
    public static extern int get_simple_extent_dims(hid_t space_id, hsize_t* dims, hsize_t* maxdims);

    /// <summary>Number of axes.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Sget_simple_extent_ndims")]
    public static extern int get_simple_extent_ndims(hid_t space_id);

    /// <summary>Number of elements of the extent.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Sget_simple_extent_npoints")]
    public static extern hssize_t get_simple_extent_npoints(hid_t space_id);

    [DllImport(H5.Library, EntryPoint = "H5Sget_simple_extent_type")]
    public static extern class_t get_simple_extent_type(hid_t space_id);

    [DllImport(H5.Library, EntryPoint = "H5Sis_regular_hyperslab")]
    public static extern htri_t is_regular_hyperslab(hid_t spaceid);

    [DllImport(H5.Library, EntryPoint = "H5Sis_simple")]
    public static extern htri_t is_simple(hid_t space_id);

    [DllImport(H5.Library, EntryPoint = "H5Soffset_simple")]
    public static extern herr_t offset_simple(hid_t space_id, [MarshalAs(UnmanagedType.LPArray)] hssize_t[] offset);

    /// <summary>Selects everything.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Sselect_all")]
    public static extern herr_t select_all(hid_t dspace_id);

    /// <summary>Selects single elements by their coordinates.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Sselect_elements")]
    public static extern herr_t select_elements(hid_t space_id, seloper_t op, size_t num_elements,
        [MarshalAs(UnmanagedType.LPArray)] hsize_t[] coord);

    /// <summary>Selects blocks: <c>start</c>, <c>stride</c> (null = 1), <c>count</c>, <c>block</c> (null = 1), one number an axis.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Sselect_hyperslab")]
    public static extern herr_t select_hyperslab(hid_t space_id, seloper_t op, [MarshalAs(UnmanagedType.LPArray)] hsize_t[] start,
        [MarshalAs(UnmanagedType.LPArray)] hsize_t[] stride, [MarshalAs(UnmanagedType.LPArray)] hsize_t[] count,
        [MarshalAs(UnmanagedType.LPArray)] hsize_t[] block);

    /// <summary>Selects blocks: <c>start</c>, <c>stride</c> (null = 1), <c>count</c>, <c>block</c> (null = 1), one number an axis.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Sselect_hyperslab")]
    public static extern herr_t select_hyperslab(hid_t space_id, seloper_t op, hsize_t* start, hsize_t* stride, hsize_t* count,
        hsize_t* block);

    /// <summary>Selects nothing.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Sselect_none")]
    public static extern herr_t select_none(hid_t space_id);

    [DllImport(H5.Library, EntryPoint = "H5Sselect_valid")]
    public static extern htri_t select_valid(hid_t space_id);

    [DllImport(H5.Library, EntryPoint = "H5Sset_extent_none")]
    public static extern herr_t set_extent_none(hid_t space_id);

    [DllImport(H5.Library, EntryPoint = "H5Sset_extent_simple")]
    public static extern herr_t set_extent_simple(hid_t space_id, int rank, [MarshalAs(UnmanagedType.LPArray)] hsize_t[] current_size,
        [MarshalAs(UnmanagedType.LPArray)] hsize_t[] maximum_size);
}
