// Objects, whatever their kind: open, copy, visit, ask.
// Names, numbers and signatures are those of HDF.PInvoke 1.10, so that code written for it runs unchanged.
namespace HDF.PInvoke;

/// <summary>Objects, whatever their kind: open, copy, visit, ask.</summary>
/// <remarks>Each method calls the C function of the same name (HDF5 reference manual, H5Opublic.h); a negative result means failure.</remarks>
public static unsafe partial class H5O
{
    static H5O() => H5.Start();

    public const uint COPY_SHALLOW_HIERARCHY_FLAG = 0x0001u;
    public const uint COPY_EXPAND_SOFT_LINK_FLAG = 0x0002u;
    public const uint COPY_EXPAND_EXT_LINK_FLAG = 0x0004u;
    public const uint COPY_EXPAND_REFERENCE_FLAG = 0x0008u;
    public const uint COPY_WITHOUT_ATTR_FLAG = 0x0010u;
    public const uint COPY_PRESERVE_NULL_FLAG = 0x0020u;
    public const uint COPY_MERGE_COMMITTED_DTYPE_FLAG = 0x0040u;
    public const uint COPY_ALL = 0x007Fu;
    public const uint SHMESG_NONE_FLAG = 0x0000;
    public const uint SHMESG_SDSPACE_FLAG = ((uint)1 << 0x0001);
    public const uint SHMESG_DTYPE_FLAG = ((uint)1 << 0x0003);
    public const uint SHMESG_FILL_FLAG = ((uint)1 << 0x0005);
    public const uint SHMESG_PLINE_FLAG = ((uint)1 << 0x000b);
    public const uint SHMESG_ATTR_FLAG = ((uint)1 << 0x000c);
    public const uint SHMESG_ALL_FLAG = (SHMESG_SDSPACE_FLAG |
        SHMESG_DTYPE_FLAG | SHMESG_FILL_FLAG | SHMESG_PLINE_FLAG |
        SHMESG_ATTR_FLAG);
    public const uint HDR_CHUNK0_SIZE = 0x03;
    public const uint HDR_ATTR_CRT_ORDER_TRACKED = 0x04;
    public const uint HDR_ATTR_CRT_ORDER_INDEXED = 0x08;
    public const uint HDR_ATTR_STORE_PHASE_CHANGE = 0x10;
    public const uint HDR_STORE_TIMES = 0x20;
    public const uint HDR_ALL_FLAGS = (HDR_CHUNK0_SIZE |
        HDR_ATTR_CRT_ORDER_TRACKED | HDR_ATTR_CRT_ORDER_INDEXED |
        HDR_ATTR_STORE_PHASE_CHANGE | HDR_STORE_TIMES);
    public const uint SHMESG_MAX_NINDEXES = 8;
    public const uint SHMESG_MAX_LIST_SIZE = 5000;

    public enum type_t { UNKNOWN = -1, GROUP, DATASET, NAMED_DATATYPE, NTYPES }

    public struct hdr_info_t
    {
        public uint version;
        public uint nmesgs;
        public uint nchunks;
        public uint flags;
        public space_t space;
        public mesg_t mesg;

        public struct space_t
        {
            public hsize_t total;
            public hsize_t meta;
            public hsize_t mesg;
            public hsize_t free;
        }

        public struct mesg_t
        {
            public uint64_t present;
            public uint64_t shared;
        }
    }

    public struct meta_size_t
    {
        public H5.ih_info_t obj;
        public H5.ih_info_t attr;
    }

    public struct info_t
    {
        public uint fileno;
        public haddr_t addr;
        public type_t type;
        public uint rc;
        public time_t atime;
        public time_t mtime;
        public time_t ctime;
        public time_t btime;
        public hsize_t num_attrs;
        public hdr_info_t hdr;
        public meta_size_t meta_size;
    }

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    public delegate herr_t iterate_t(hid_t obj, IntPtr name, ref info_t info, IntPtr op_data);

    public enum mcdt_search_ret_t { ERROR = -1, CONT, STOP }

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    public delegate mcdt_search_ret_t mcdt_search_cb_t(IntPtr op_data);

    [DllImport(H5.Library, EntryPoint = "H5Oare_mdc_flushes_disabled")]
    public static extern herr_t are_mdc_flushes_disabled(hid_t object_id, ref hbool_t are_disabled);

    /// <summary>Closes an object of any kind.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Oclose")]
    public static extern herr_t close(hid_t object_id);

    [DllImport(H5.Library, EntryPoint = "H5Ocopy")]
    public static extern herr_t copy(hid_t src_loc_id, byte[] src_name, hid_t dst_loc_id, byte[] dst_name, hid_t ocpypl_id = H5P.DEFAULT,
        hid_t lcpl_id = H5P.DEFAULT);

    [DllImport(H5.Library, EntryPoint = "H5Ocopy")]
    public static extern herr_t copy(hid_t src_loc_id, string src_name, hid_t dst_loc_id, string dst_name, hid_t ocpypl_id = H5P.DEFAULT,
        hid_t lcpl_id = H5P.DEFAULT);

    [DllImport(H5.Library, EntryPoint = "H5Odecr_refcount")]
    public static extern herr_t decr_refcount(hid_t object_id);

    [DllImport(H5.Library, EntryPoint = "H5Odisable_mdc_flushes")]
    public static extern herr_t disable_mdc_flushes(hid_t object_id);

    [DllImport(H5.Library, EntryPoint = "H5Oenable_mdc_flushes")]
    public static extern herr_t enable_mdc_flushes(hid_t object_id);

    /// <summary>Positive when a link of that name leads to an object.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Oexists_by_name")]
    public static extern htri_t exists_by_name(hid_t loc_id, byte[] name, hid_t lapl_id = H5P.DEFAULT);

    [DllImport(H5.Library, EntryPoint = "H5Oflush")]
    public static extern herr_t flush(hid_t obj_id);

    /// <summary>Positive when a link of that name leads to an object.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Oexists_by_name")]
    public static extern htri_t exists_by_name(hid_t loc_id, string name, hid_t lapl_id = H5P.DEFAULT);

    [DllImport(H5.Library, EntryPoint = "H5Oget_comment")]
    public static extern ssize_t get_comment(hid_t obj_id, [In, Out] StringBuilder comment, size_t size);

    [DllImport(H5.Library, EntryPoint = "H5Oget_comment_by_name")]
    public static extern ssize_t get_comment_by_name(hid_t loc_id, byte[] name, [In, Out] StringBuilder comment, size_t size,
        hid_t lapl_id = H5P.DEFAULT);

    [DllImport(H5.Library, EntryPoint = "H5Oget_comment_by_name")]
    public static extern ssize_t get_comment_by_name(hid_t loc_id, string name, [In, Out] StringBuilder comment, size_t size,
        hid_t lapl_id = H5P.DEFAULT);

    [DllImport(H5.Library, EntryPoint = "H5Oget_info1")]
    public static extern herr_t get_info(hid_t loc_id, ref info_t oinfo);

    [DllImport(H5.Library, EntryPoint = "H5Oget_info_by_idx1")]
    public static extern herr_t get_info_by_idx(hid_t loc_id, byte[] group_name, H5.index_t idx_type, H5.iter_order_t order, hsize_t n,
        ref info_t oinfo, hid_t lapl_id = H5P.DEFAULT);

    [DllImport(H5.Library, EntryPoint = "H5Oget_info_by_idx1")]
    public static extern herr_t get_info_by_idx(hid_t loc_id, string group_name, H5.index_t idx_type, H5.iter_order_t order, hsize_t n,
        ref info_t oinfo, hid_t lapl_id = H5P.DEFAULT);

    [DllImport(H5.Library, EntryPoint = "H5Oget_info_by_name1")]
    public static extern herr_t get_info_by_name(hid_t loc_id, byte[] name, ref info_t oinfo, hid_t lapl_id = H5P.DEFAULT);

    [DllImport(H5.Library, EntryPoint = "H5Oget_info_by_name1")]
    public static extern herr_t get_info_by_name(hid_t loc_id, string name, ref info_t oinfo, hid_t lapl_id = H5P.DEFAULT);

    [DllImport(H5.Library, EntryPoint = "H5Oincr_refcount")]
    public static extern herr_t incr_refcount(hid_t object_id);

    [DllImport(H5.Library, EntryPoint = "H5Olink")]
    public static extern herr_t link(hid_t obj_id, hid_t new_loc_id, byte[] new_name, hid_t lcpl_id = H5P.DEFAULT,
        hid_t lapl_id = H5P.DEFAULT);

    [DllImport(H5.Library, EntryPoint = "H5Olink")]
    public static extern herr_t link(hid_t obj_id, hid_t new_loc_id, string new_name, hid_t lcpl_id = H5P.DEFAULT,
        hid_t lapl_id = H5P.DEFAULT);

    /// <summary>Opens an object of any kind by name.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Oopen")]
    public static extern hid_t open(hid_t loc_id, byte[] name, hid_t lapl_id = H5P.DEFAULT);

    /// <summary>Opens an object of any kind by name.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Oopen")]
    public static extern hid_t open(hid_t loc_id, string name, hid_t lapl_id = H5P.DEFAULT);

    [DllImport(H5.Library, EntryPoint = "H5Oopen_by_addr")]
    public static extern hid_t open_by_addr(hid_t loc_id, haddr_t addr);

    [DllImport(H5.Library, EntryPoint = "H5Oopen_by_idx")]
    public static extern hid_t open_by_idx(hid_t loc_id, byte[] group_name, H5.index_t idx_type, H5.iter_order_t order, hsize_t n,
        hid_t lapl_id = H5P.DEFAULT);

    [DllImport(H5.Library, EntryPoint = "H5Orefresh")]
    public static extern herr_t refresh(hid_t oid);

    [DllImport(H5.Library, EntryPoint = "H5Oopen_by_idx")]
    public static extern hid_t open_by_idx(hid_t loc_id, string group_name, H5.index_t idx_type, H5.iter_order_t order, hsize_t n,
        hid_t lapl_id = H5P.DEFAULT);

    [DllImport(H5.Library, EntryPoint = "H5Ovisit1")]
    public static extern herr_t visit(hid_t obj_id, H5.index_t idx_type, H5.iter_order_t order, iterate_t op, IntPtr op_data);

    [DllImport(H5.Library, EntryPoint = "H5Ovisit_by_name1")]
    public static extern herr_t visit_by_name(hid_t loc_id, byte[] obj_name, H5.index_t idx_type, H5.iter_order_t order, iterate_t op,
        IntPtr op_data, hid_t lapl_id = H5P.DEFAULT);

    [DllImport(H5.Library, EntryPoint = "H5Ovisit_by_name1")]
    public static extern herr_t visit_by_name(hid_t loc_id, string obj_name, H5.index_t idx_type, H5.iter_order_t order, iterate_t op,
        IntPtr op_data, hid_t lapl_id = H5P.DEFAULT);
}
