// Data sets: create, open, read, write, storage.
// Names, numbers and signatures are those of HDF.PInvoke 1.10, so that code written for it runs unchanged.
namespace HDF.PInvoke;

/// <summary>Data sets: create, open, read, write, storage.</summary>
/// <remarks>Each method calls the C function of the same name (HDF5 reference manual, H5Dpublic.h); a negative result means failure.</remarks>
public static unsafe partial class H5D
{
    static H5D() => H5.Start();

    public static readonly size_t CACHE_NSLOTS_DEFAULT = new IntPtr(-1);
    public static readonly size_t CACHE_NBYTES_DEFAULT = new IntPtr(-1);
    public const float CACHE_W0_DEFAULT = -1.0f;
    public const uint DONT_FILTER_PARTIAL_CHUNKS = 0x0002u;
    public const string XFER_DIRECT_CHUNK_WRITE_FLAG_NAME =
        "direct_chunk_flag";
    public const string XFER_DIRECT_CHUNK_WRITE_FILTERS_NAME =
        "direct_chunk_filters";
    public const string XFER_DIRECT_CHUNK_WRITE_OFFSET_NAME =
        "direct_chunk_offset";
    public const string XFER_DIRECT_CHUNK_WRITE_DATASIZE_NAME =
        "direct_chunk_datasize";

    public enum layout_t { LAYOUT_ERROR = -1, COMPACT = 0, CONTIGUOUS = 1, CHUNKED = 2, VIRTUAL = 3, NLAYOUTS }

    public enum chunk_index_t { BTREE = 0, SINGLE = 1, NONE = 2, FARRAY = 3, EARRAY = 4, BT2 = 5, IDX_NTYPES }

    public enum alloc_time_t { ERROR = -1, DEFAULT = 0, EARLY = 1, LATE = 2, INCR = 3 }

    public enum space_status_t { ERROR = -1, NOT_ALLOCATED = 0, PART_ALLOCATED = 1, ALLOCATED = 2 }

    public enum fill_time_t { ERROR = -1, ALLOC = 0, NEVER = 1, IFSET = 2 }

    public enum fill_value_t { ERROR = -1, UNDEFINED = 0, DEFAULT = 1, USER_DEFINED = 2 }

    public enum vds_view_t { ERROR = -1, FIRST_MISSING = 0, LAST_AVAILABLE = 1 }

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    public delegate herr_t append_cb_t(hid_t dataset_id, hsize_t[] cur_dims, IntPtr op_data);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    public delegate herr_t gather_func_t(IntPtr dst_buf, size_t dst_buf_bytes_used, IntPtr op_data);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    public delegate herr_t operator_t(IntPtr elem, hid_t type_id, uint ndim, [MarshalAs(UnmanagedType.LPArray,
        SizeParamIndex = 2)] hsize_t[] point, IntPtr op_data);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    public delegate herr_t scatter_func_t(ref IntPtr src_buf, ref size_t src_buf_bytes_used, IntPtr op_data);

    /// <summary>Closes a data set.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Dclose")]
    public static extern herr_t close(hid_t dset_id);

    /// <summary>Creates a data set of a type and an extent under a name.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Dcreate2")]
    public static extern hid_t create(hid_t loc_id, byte[] name, hid_t type_id, hid_t space_id, hid_t lcpl_id = H5P.DEFAULT,
        hid_t dcpl_id = H5P.DEFAULT, hid_t dapl_id = H5P.DEFAULT);

    /// <summary>Creates a data set of a type and an extent under a name.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Dcreate2")]
    public static extern hid_t create(hid_t loc_id, string name, hid_t type_id, hid_t space_id, hid_t lcpl_id = H5P.DEFAULT,
        hid_t dcpl_id = H5P.DEFAULT, hid_t dapl_id = H5P.DEFAULT);

    [DllImport(H5.Library, EntryPoint = "H5Dcreate_anon")]
    public static extern hid_t create_anon(hid_t file_id, hid_t type_id, hid_t space_id, hid_t dcpl_id = H5P.DEFAULT,
        hid_t dapl_id = H5P.DEFAULT);

    /// <summary>Fills a selection in memory with one value.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Dfill")]
    public static extern herr_t fill(IntPtr fill, hid_t fill_type, IntPtr buf, hid_t buf_type, hid_t space);

    [DllImport(H5.Library, EntryPoint = "H5Dflush")]
    public static extern herr_t flush(hid_t dset_id);

    [DllImport(H5.Library, EntryPoint = "H5Dformat_convert")]
    public static extern herr_t format_convert(hid_t dset_id);

    [DllImport(H5.Library, EntryPoint = "H5Dgather")]
    public static extern herr_t gather(hid_t src_space_id, IntPtr src_buf, hid_t type_id, size_t dst_buf_size, IntPtr dst_buf,
        gather_func_t op, IntPtr op_data);

    [DllImport(H5.Library, EntryPoint = "H5Dget_access_plist")]
    public static extern hid_t get_access_plist(hid_t dset_id);

    [DllImport(H5.Library, EntryPoint = "H5Dget_chunk_index_type")]
    public static extern herr_t get_chunk_index_type(hid_t did, ref chunk_index_t idx_type);

    [DllImport(H5.Library, EntryPoint = "H5Dget_chunk_info")]
    public static extern herr_t get_chunk_info(hid_t dset_id, hid_t fspace_id, hsize_t index, hsize_t* offset, ref uint32_t filter_mask,
        ref haddr_t addr, ref hsize_t size);

    [DllImport(H5.Library, EntryPoint = "H5Dget_chunk_info")]
    public static extern herr_t get_chunk_info(hid_t dset_id, hid_t fspace_id, hsize_t index, [In, Out] hsize_t[] offset,
        ref uint32_t filter_mask, ref haddr_t addr, ref hsize_t size);

    [DllImport(H5.Library, EntryPoint = "H5Dget_chunk_info_by_coord")]
    public static extern herr_t get_chunk_info_by_coord(hid_t dset_id, hsize_t* offset, ref uint32_t filter_mask, ref haddr_t addr,
        ref hsize_t size);

    [DllImport(H5.Library, EntryPoint = "H5Dget_chunk_info_by_coord")]
    public static extern herr_t get_chunk_info_by_coord(hid_t dset_id, [In, Out] hsize_t[] offset, ref uint32_t filter_mask,
        ref haddr_t addr, ref hsize_t size);

    [DllImport(H5.Library, EntryPoint = "H5Dget_chunk_storage_size")]
    public static extern herr_t get_chunk_storage_size(hid_t dset_id, hsize_t* offset, ref hsize_t chunk_bytes);

    [DllImport(H5.Library, EntryPoint = "H5Dget_chunk_storage_size")]
    public static extern herr_t get_chunk_storage_size(hid_t dset_id, [In, Out] hsize_t[] offset, ref hsize_t chunk_bytes);

    /// <summary>How the data set is stored: layout, chunks, filters, fill value; close it.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Dget_create_plist")]
    public static extern hid_t get_create_plist(hid_t dset_id);

    [DllImport(H5.Library, EntryPoint = "H5Dget_num_chunks")]
    public static extern hid_t get_num_chunks(hid_t dset_id, hid_t fspace_id, ref hsize_t nchunks);

    /// <summary>Where a contiguous data set starts in the file, in bytes.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Dget_offset")]
    public static extern haddr_t get_offset(hid_t dset_id);

    /// <summary>A copy of the data set's extent and selection; close it.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Dget_space")]
    public static extern hid_t get_space(hid_t dset_id);

    [DllImport(H5.Library, EntryPoint = "H5Dget_space_status")]
    public static extern herr_t get_space_status(hid_t dset_id, ref space_status_t allocation);

    /// <summary>Bytes that the data set takes in the file, 0 when nothing was written yet.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Dget_storage_size")]
    public static extern hsize_t get_storage_size(hid_t dset_id);

    /// <summary>The type stored in the file; close it.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Dget_type")]
    public static extern hid_t get_type(hid_t dset_id);

    /// <summary>Calls back for every selected element.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Diterate")]
    public static extern herr_t iterate(IntPtr buf, hid_t type_id, hid_t space_id, operator_t op, IntPtr op_data);

    /// <summary>Opens a data set by name.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Dopen2")]
    public static extern hid_t open(hid_t file_id, byte[] name, hid_t dapl_id = H5P.DEFAULT);

    /// <summary>Opens a data set by name.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Dopen2")]
    public static extern hid_t open(hid_t file_id, string name, hid_t dapl_id = H5P.DEFAULT);

    /// <summary>Reads the selected elements into memory, converting types where file and memory differ.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Dread")]
    public static extern herr_t read(hid_t dset_id, hid_t mem_type_id, hid_t mem_space_id, hid_t file_space_id, hid_t plist_id,
        IntPtr buf);

    [DllImport(H5.Library, EntryPoint = "H5Dread_chunk")]
    public static extern herr_t read_chunk(hid_t dset_id, hid_t dxpl_id, ref hsize_t offset, ref uint32_t filter_mask, IntPtr buf);

    [DllImport(H5.Library, EntryPoint = "H5Drefresh")]
    public static extern herr_t refresh(hid_t dset_id);

    [DllImport(H5.Library, EntryPoint = "H5Dscatter")]
    public static extern herr_t scatter(scatter_func_t op, IntPtr op_data, hid_t type_id, hid_t dst_space_id, IntPtr dst_buf);

    /// <summary>Changes the extent of a chunked data set.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Dset_extent")]
    public static extern herr_t set_extent(hid_t dset_id, hsize_t[] size);

    /// <summary>Changes the extent of a chunked data set.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Dset_extent")]
    public static extern herr_t set_extent(hid_t dset_id, hsize_t* size);

    [DllImport(H5.Library, EntryPoint = "H5Dvlen_get_buf_size")]
    public static extern herr_t vlen_get_buf_size(hid_t dataset_id, hid_t type_id, hid_t space_id, ref hsize_t size);

    /// <summary>Frees the values of variable length that a read allocated.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Dvlen_reclaim")]
    public static extern herr_t vlen_reclaim(hid_t type_id, hid_t space_id, hid_t plist_id, IntPtr buf);

    /// <summary>Writes the selected elements from memory.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Dwrite")]
    public static extern herr_t write(hid_t dset_id, hid_t mem_type_id, hid_t mem_space_id, hid_t file_space_id, hid_t plist_id,
        IntPtr buf);

    [DllImport(H5.Library, EntryPoint = "H5Dwrite_chunk")]
    public static extern herr_t write_chunk(hid_t dset_id, hid_t dxpl_id, uint32_t filter_mask, ref hsize_t offset, size_t data_size,
        IntPtr buf);
}
