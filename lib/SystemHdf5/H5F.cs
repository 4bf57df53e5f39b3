// Files: create, open, flush, close and what is known of them.
// Names, numbers and signatures are those of HDF.PInvoke 1.10, so that code written for it runs unchanged.
namespace HDF.PInvoke;

/// <summary>Files: create, open, flush, close and what is known of them.</summary>
/// <remarks>Each method calls the C function of the same name (HDF5 reference manual, H5Fpublic.h); a negative result means failure.</remarks>
public static unsafe partial class H5F
{
    static H5F() => H5.Start();

    public const uint ACC_RDONLY = 0x0000u;
    public const uint ACC_RDWR = 0x0001u;
    public const uint ACC_TRUNC = 0x0002u;
    public const uint ACC_EXCL = 0x0004u;
    public const uint ACC_CREAT = 0x0010u;
    public const uint ACC_SWMR_WRITE = 0x0020u;
    public const uint ACC_SWMR_READ = 0x0040u;
    public const uint ACC_DEFAULT = 0xffffu;
    public const uint OBJ_FILE = 0x0001u;
    public const uint OBJ_DATASET = 0x0002u;
    public const uint OBJ_GROUP = 0x0004u;
    public const uint OBJ_DATATYPE = 0x0008u;
    public const uint OBJ_ATTR = 0x0010u;
    public const uint OBJ_ALL = 0x001Fu;
    public const uint OBJ_LOCAL = 0x0020u;
    public const hsize_t FAMILY_DEFAULT = 0;

    public enum scope_t { LOCAL = 0, GLOBAL = 1 }

    public const hsize_t H5F_UNLIMITED = ulong.MaxValue;

    public enum close_degree_t { DEFAULT = 0, WEAK = 1, SEMI = 2, STRONG = 3 }

    public struct info_t
    {
        public super_t super;
        public free_t free;
        public sohm_t sohm;

        public struct super_t
        {
            public uint version;
            public hsize_t super_size;
            public hsize_t super_ext_size;
        }

        public struct free_t
        {
            public uint version;
            public hsize_t meta_size;
            public hsize_t tot_space;
        }

        public struct sohm_t
        {
            public uint version;
            public hsize_t hdr_size;
            public H5.ih_info_t msgs_info;
        }
    }

    public enum mem_t { NOLIST = -1, DEFAULT = 0, SUPER = 1, BTREE = 2, DRAW = 3, GHEAP = 4, LHEAP = 5, OHDR = 6, NTYPES }

    public struct sect_info_t
    {
        public haddr_t addr;
        public hsize_t size;
    }

    public enum libver_t { ERROR = -1, EARLIEST = 0, V18 = 1, V110 = 2, LATEST = 2, NBOUNDS }

    public enum fspace_strategy_t { FSM_AGGR = 0, PAGE = 1, AGGR = 2, AGGR_NONE = 3, NTYPES }

    public enum file_space_type_t { DEFAULT = 0, ALL_PERSIST = 1, ALL = 2, AGGR_VFD = 3, VFD = 4, NTYPES }

    public const int NUM_METADATA_READ_RETRY_TYPES = 21;

    public struct retry_info_t
    {
        public uint nbins;
        public IntPtr retries0;
        public IntPtr retries1;
        public IntPtr retries2;
        public IntPtr retries3;
        public IntPtr retries4;
        public IntPtr retries5;
        public IntPtr retries6;
        public IntPtr retries7;
        public IntPtr retries8;
        public IntPtr retries9;
        public IntPtr retries10;
        public IntPtr retries11;
        public IntPtr retries12;
        public IntPtr retries13;
        public IntPtr retries14;
        public IntPtr retries15;
        public IntPtr retries16;
        public IntPtr retries17;
        public IntPtr retries18;
        public IntPtr retries19;
        public IntPtr retries20;
    }

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    public delegate herr_t flush_cb_t(hid_t object_id, IntPtr udata);

    [DllImport(H5.Library, EntryPoint = "H5Fclear_elink_file_cache")]
    public static extern herr_t clear_elink_file_cache(hid_t file_id);

    /// <summary>Closes a file; what is still open in it keeps it open.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Fclose")]
    public static extern herr_t close(hid_t file_id);

    /// <summary>Creates a file. Flags: <c>ACC_TRUNC</c> replaces an existing one, <c>ACC_EXCL</c> refuses to. Negative on failure.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Fcreate")]
    public static extern hid_t create(string filename, uint flags, hid_t create_plist = H5P.DEFAULT, hid_t access_plist = H5P.DEFAULT);

    /// <summary>Writes what is buffered to the operating system.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Fflush")]
    public static extern herr_t flush(hid_t object_id, scope_t scope);

    [DllImport(H5.Library, EntryPoint = "H5Fget_access_plist")]
    public static extern hid_t get_access_plist(hid_t file_id);

    [DllImport(H5.Library, EntryPoint = "H5Fget_create_plist")]
    public static extern hid_t get_create_plist(hid_t file_id);

    [DllImport(H5.Library, EntryPoint = "H5Fget_dset_no_attrs_hint")]
    public static extern herr_t get_dset_no_attrs_hint(hid_t file_id, ref hbool_t minimize);

    [DllImport(H5.Library, EntryPoint = "H5Fget_file_image")]
    public static extern ssize_t get_file_image(hid_t file_id, IntPtr buf_ptr, IntPtr buf_len);

    /// <summary>Size of an open file in bytes.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Fget_filesize")]
    public static extern herr_t get_filesize(hid_t file_id, ref hsize_t size);

    [DllImport(H5.Library, EntryPoint = "H5Fget_free_sections")]
    public static extern ssize_t get_free_sections(hid_t file_id, mem_t type, size_t nsects, sect_info_t[] sect_info);

    [DllImport(H5.Library, EntryPoint = "H5Fget_freespace")]
    public static extern hssize_t get_freespace(hid_t file_id);

    [DllImport(H5.Library, EntryPoint = "H5Fget_info2")]
    public static extern herr_t get_info(hid_t obj_id, ref H5F.info_t bh_info);

    [DllImport(H5.Library, EntryPoint = "H5Fget_intent")]
    public static extern herr_t get_intent(hid_t file_id, ref uint intent);

    [DllImport(H5.Library, EntryPoint = "H5Fget_mdc_config")]
    public static extern herr_t get_mdc_config(hid_t file_id, ref H5AC.cache_config_t config_ptr);

    [DllImport(H5.Library, EntryPoint = "H5Fget_mdc_hit_rate")]
    public static extern herr_t get_mdc_hit_rate(hid_t file_id, ref double hit_rate_ptr);

    [DllImport(H5.Library, EntryPoint = "H5Fget_mdc_image_info")]
    public static extern herr_t get_mdc_image_info(hid_t file_id, ref haddr_t image_addr, ref haddr_t image_len);

    [DllImport(H5.Library, EntryPoint = "H5Fget_mdc_logging_status")]
    public static extern herr_t get_mdc_logging_status(hid_t file_id, ref hbool_t is_enabled, ref hbool_t is_currently_logging);

    [DllImport(H5.Library, EntryPoint = "H5Fget_mdc_size")]
    public static extern herr_t get_mdc_size(hid_t file_id, ref size_t max_size_ptr, ref size_t min_clean_size_ptr,
        ref size_t cur_size_ptr, ref int cur_num_entries_ptr);

    [DllImport(H5.Library, EntryPoint = "H5Fget_metadata_read_retry_info")]
    public static extern herr_t get_metadata_read_retry_info(hid_t file_id, ref retry_info_t info);

    /// <summary>Name under which the file of an object was opened; returns its length.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Fget_name")]
    public static extern ssize_t get_name(hid_t obj_id, StringBuilder name, size_t size);

    [DllImport(H5.Library, EntryPoint = "H5Fget_obj_count")]
    public static extern ssize_t get_obj_count(hid_t file_id, uint types);

    [DllImport(H5.Library, EntryPoint = "H5Fget_obj_ids")]
    public static extern ssize_t get_obj_ids(hid_t file_id, uint types, size_t max_objs, IntPtr obj_id_list);

    [DllImport(H5.Library, EntryPoint = "H5Fget_page_buffering_stats")]
    public static extern herr_t get_page_buffering_stats(hid_t file_id, [MarshalAs(UnmanagedType.LPArray, SizeConst = 2)] int accesses,
        [MarshalAs(UnmanagedType.LPArray, SizeConst = 2)] int hits, [MarshalAs(UnmanagedType.LPArray, SizeConst = 2)] int misses,
        [MarshalAs(UnmanagedType.LPArray, SizeConst = 2)] int evictions, [MarshalAs(UnmanagedType.LPArray, SizeConst = 2)] int bypasses);

    [DllImport(H5.Library, EntryPoint = "H5Fget_vfd_handle")]
    public static extern herr_t get_vfd_handle(hid_t file_id, hid_t fapl, ref IntPtr file_handle);

    /// <summary>Positive when the file starts as an HDF5 file does, 0 when not, negative when it cannot be read.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Fis_hdf5")]
    public static extern htri_t is_hdf5(string filename);

    [DllImport(H5.Library, EntryPoint = "H5Fmount")]
    public static extern herr_t mount(hid_t loc, byte[] name, hid_t child, hid_t plist = H5P.DEFAULT);

    [DllImport(H5.Library, EntryPoint = "H5Fmount")]
    public static extern herr_t mount(hid_t loc, string name, hid_t child, hid_t plist = H5P.DEFAULT);

    /// <summary>Opens an existing file with <c>ACC_RDONLY</c> or <c>ACC_RDWR</c>. Negative on failure.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Fopen")]
    public static extern hid_t open(string filename, uint flags, hid_t plist = H5P.DEFAULT);

    [DllImport(H5.Library, EntryPoint = "H5Freopen")]
    public static extern hid_t reopen(hid_t file_id);

    [DllImport(H5.Library, EntryPoint = "H5Freset_mdc_hit_rate_stats")]
    public static extern herr_t reset_mdc_hit_rate_stats(hid_t file_id);

    [DllImport(H5.Library, EntryPoint = "H5Freset_page_buffering_stats")]
    public static extern herr_t reset_page_buffering_stats(hid_t file_id);

    [DllImport(H5.Library, EntryPoint = "H5Fset_dset_no_attrs_hint")]
    public static extern herr_t set_dset_no_attrs_hint(hid_t file_id, hbool_t minimize);

    [DllImport(H5.Library, EntryPoint = "H5Fset_mdc_config")]
    public static extern herr_t set_mdc_config(hid_t file_id, ref H5AC.cache_config_t config_ptr);

    [DllImport(H5.Library, EntryPoint = "H5Fstart_mdc_logging")]
    public static extern herr_t start_mdc_logging(hid_t file_id);

    [DllImport(H5.Library, EntryPoint = "H5Fstart_swmr_write")]
    public static extern herr_t start_swmr_write(hid_t file_id);

    [DllImport(H5.Library, EntryPoint = "H5Fstop_mdc_logging")]
    public static extern herr_t stop_mdc_logging(hid_t file_id);

    [DllImport(H5.Library, EntryPoint = "H5Funmount")]
    public static extern herr_t unmount(hid_t loc, byte[] name);

    [DllImport(H5.Library, EntryPoint = "H5Funmount")]
    public static extern herr_t unmount(hid_t loc, string name);
}
