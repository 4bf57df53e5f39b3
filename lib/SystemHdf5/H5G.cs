// Groups: the folders of a file.
// Names, numbers and signatures are those of HDF.PInvoke 1.10, so that code written for it runs unchanged.
namespace HDF.PInvoke;

/// <summary>Groups: the folders of a file.</summary>
/// <remarks>Each method calls the C function of the same name (HDF5 reference manual, H5Gpublic.h); a negative result means failure.</remarks>
public static unsafe partial class H5G
{
    static H5G() => H5.Start();

    public enum storage_type_t { UNKNOWN = -1, SYMBOL_TABLE, COMPACT, DENSE }

    public struct info_t
    {
        public storage_type_t storage_type;
        public hsize_t nlinks;
        public long max_corder;
        public hbool_t mounted;
    }

    /// <summary>Closes a group.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Gclose")]
    public static extern herr_t close(hid_t group_id);

    /// <summary>Creates a group under a name.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Gcreate2")]
    public static extern hid_t create(hid_t loc_id, byte[] name, hid_t lcpl_id = H5P.DEFAULT, hid_t gcpl_id = H5P.DEFAULT,
        hid_t gapl_id = H5P.DEFAULT);

    /// <summary>Creates a group under a name.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Gcreate2")]
    public static extern hid_t create(hid_t loc_id, string name, hid_t lcpl_id = H5P.DEFAULT, hid_t gcpl_id = H5P.DEFAULT,
        hid_t gapl_id = H5P.DEFAULT);

    [DllImport(H5.Library, EntryPoint = "H5Gcreate_anon")]
    public static extern hid_t create_anon(hid_t loc_id, hid_t gcpl_id = H5P.DEFAULT, hid_t gapl_id = H5P.DEFAULT);

    [DllImport(H5.Library, EntryPoint = "H5Gget_create_plist")]
    public static extern hid_t get_create_plist(hid_t group_id);

    [DllImport(H5.Library, EntryPoint = "H5Gflush")]
    public static extern herr_t flush(hid_t group_id);

    /// <summary>Number of links and storage of a group.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Gget_info")]
    public static extern herr_t get_info(hid_t loc_id, ref info_t ginfo);

    [DllImport(H5.Library, EntryPoint = "H5Gget_info_by_idx")]
    public static extern herr_t get_info_by_idx(hid_t loc_id, byte[] group_name, H5.index_t idx_type, H5.iter_order_t order, hsize_t n,
        ref info_t ginfo, hid_t lapl_id = H5P.DEFAULT);

    [DllImport(H5.Library, EntryPoint = "H5Gget_info_by_idx")]
    public static extern herr_t get_info_by_idx(hid_t loc_id, string group_name, H5.index_t idx_type, H5.iter_order_t order, hsize_t n,
        ref info_t ginfo, hid_t lapl_id = H5P.DEFAULT);

    [DllImport(H5.Library, EntryPoint = "H5Gget_info_by_name")]
    public static extern herr_t get_info_by_name(hid_t loc_id, byte[] name, ref info_t ginfo, hid_t lapl_id = H5P.DEFAULT);

    [DllImport(H5.Library, EntryPoint = "H5Gget_info_by_name")]
    public static extern herr_t get_info_by_name(hid_t loc_id, string name, ref info_t ginfo, hid_t lapl_id = H5P.DEFAULT);

    /// <summary>Opens a group by name.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Gopen2")]
    public static extern hid_t open(hid_t loc_id, byte[] name, hid_t gapl_id = H5P.DEFAULT);

    /// <summary>Opens a group by name.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Gopen2")]
    public static extern hid_t open(hid_t loc_id, string name, hid_t gapl_id = H5P.DEFAULT);

    [DllImport(H5.Library, EntryPoint = "H5Grefresh")]
    public static extern herr_t refresh(hid_t group_id);
}
