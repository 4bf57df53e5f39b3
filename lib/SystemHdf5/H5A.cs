// Attributes: small named values on a file, group or data set.
// Names, numbers and signatures are those of HDF.PInvoke 1.10, so that code written for it runs unchanged.
namespace HDF.PInvoke;

/// <summary>Attributes: small named values on a file, group or data set.</summary>
/// <remarks>Each method calls the C function of the same name (HDF5 reference manual, H5Apublic.h); a negative result means failure.</remarks>
public static unsafe partial class H5A
{
    static H5A() => H5.Start();

    public struct info_t
    {
        public hbool_t corder_valid;
        public H5O_msg_crt_idx_t corder;
        public H5T.cset_t cset;
        public hsize_t data_size;
    }

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    public delegate herr_t operator_t(hid_t location_id, IntPtr attr_name, ref info_t ainfo, IntPtr op_data);

    /// <summary>Closes an attribute.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Aclose")]
    public static extern herr_t close(hid_t attr_id);

    /// <summary>Creates an attribute on an object.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Acreate2")]
    public static extern hid_t create(hid_t loc_id, byte[] attr_name, hid_t type_id, hid_t space_id, hid_t acpl_id = H5P.DEFAULT,
        hid_t aapl_id = H5P.DEFAULT);

    /// <summary>Creates an attribute on an object.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Acreate2")]
    public static extern hid_t create(hid_t loc_id, string attr_name, hid_t type_id, hid_t space_id, hid_t acpl_id = H5P.DEFAULT,
        hid_t aapl_id = H5P.DEFAULT);

    [DllImport(H5.Library, EntryPoint = "H5Acreate_by_name")]
    public static extern hid_t create_by_name(hid_t loc_id, byte[] obj_name, byte[] attr_name, hid_t type_id, hid_t space_id,
        hid_t acpl_id = H5P.DEFAULT, hid_t aapl_id = H5P.DEFAULT, hid_t lapl_id = H5P.DEFAULT);

    [DllImport(H5.Library, EntryPoint = "H5Acreate_by_name")]
    public static extern hid_t create_by_name(hid_t loc_id, string obj_name, string attr_name, hid_t type_id, hid_t space_id,
        hid_t acpl_id = H5P.DEFAULT, hid_t aapl_id = H5P.DEFAULT, hid_t lapl_id = H5P.DEFAULT);

    /// <summary>Removes an attribute.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Adelete")]
    public static extern herr_t delete(hid_t loc_id, byte[] name);

    /// <summary>Removes an attribute.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Adelete")]
    public static extern herr_t delete(hid_t loc_id, string name);

    [DllImport(H5.Library, EntryPoint = "H5Adelete_by_idx")]
    public static extern herr_t delete_by_idx(hid_t loc_id, byte[] obj_name, H5.index_t idx_type, H5.iter_order_t order, hsize_t n,
        hid_t lapl_id = H5P.DEFAULT);

    [DllImport(H5.Library, EntryPoint = "H5Adelete_by_idx")]
    public static extern herr_t delete_by_idx(hid_t loc_id, string obj_name, H5.index_t idx_type, H5.iter_order_t order, hsize_t n,
        hid_t lapl_id = H5P.DEFAULT);

    [DllImport(H5.Library, EntryPoint = "H5Adelete_by_name")]
    public static extern herr_t delete_by_name(hid_t loc_id, byte[] obj_name, byte[] attr_name, hid_t lapl_id = H5P.DEFAULT);

    [DllImport(H5.Library, EntryPoint = "H5Adelete_by_name")]
    public static extern herr_t delete_by_name(hid_t loc_id, string obj_name, string attr_name, hid_t lapl_id = H5P.DEFAULT);

    /// <summary>Positive when the object has an attribute of that name.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Aexists")]
    public static extern htri_t exists(hid_t obj_id, byte[] attr_name);

    /// <summary>Positive when the object has an attribute of that name.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Aexists")]
    public static extern htri_t exists(hid_t obj_id, string attr_name);

    [DllImport(H5.Library, EntryPoint = "H5Aexists_by_name")]
    public static extern htri_t exists_by_name(hid_t loc_id, byte[] obj_name, byte[] attr_name, hid_t lapl_id = H5P.DEFAULT);

    [DllImport(H5.Library, EntryPoint = "H5Aexists_by_name")]
    public static extern htri_t exists_by_name(hid_t loc_id, string obj_name, string attr_name, hid_t lapl_id = H5P.DEFAULT);

    [DllImport(H5.Library, EntryPoint = "H5Aget_create_plist")]
    public static extern hid_t get_create_plist(hid_t attr_id);

    [DllImport(H5.Library, EntryPoint = "H5Aget_info")]
    public static extern herr_t get_info(hid_t attr_id, ref info_t ainfo);

    [DllImport(H5.Library, EntryPoint = "H5Aget_info_by_idx")]
    public static extern herr_t get_info_by_idx(hid_t loc_id, byte[] obj_name, H5.index_t idx_type, H5.iter_order_t order, hsize_t n,
        ref info_t ainfo, hid_t lapl_id = H5P.DEFAULT);

    [DllImport(H5.Library, EntryPoint = "H5Aget_info_by_idx")]
    public static extern herr_t get_info_by_idx(hid_t loc_id, string obj_name, H5.index_t idx_type, H5.iter_order_t order, hsize_t n,
        ref info_t ainfo, hid_t lapl_id = H5P.DEFAULT);

    [DllImport(H5.Library, EntryPoint = "H5Aget_info_by_name")]
    public static extern herr_t get_info_by_name(hid_t loc_id, byte[] obj_name, byte[] attr_name, ref info_t ainfo,
        hid_t lapl_id = H5P.DEFAULT);

    [DllImport(H5.Library, EntryPoint = "H5Aget_info_by_name")]
    public static extern herr_t get_info_by_name(hid_t loc_id, string obj_name, string attr_name, ref info_t ainfo,
        hid_t lapl_id = H5P.DEFAULT);

    /// <summary>Name of an attribute; returns its length.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Aget_name")]
    public static extern ssize_t get_name(hid_t attr_id, size_t size, [In, Out] byte[] name);

    /// <summary>Name of an attribute; returns its length.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Aget_name")]
    public static extern ssize_t get_name(hid_t attr_id, size_t size, [In, Out] StringBuilder name);

    [DllImport(H5.Library, EntryPoint = "H5Aget_name_by_idx")]
    public static extern ssize_t get_name_by_idx(hid_t loc_id, byte[] obj_name, H5.index_t idx_type, H5.iter_order_t order, hsize_t n,
        [In, Out] byte[] name, size_t size, hid_t lapl_id = H5P.DEFAULT);

    [DllImport(H5.Library, EntryPoint = "H5Aget_name_by_idx")]
    public static extern ssize_t get_name_by_idx(hid_t loc_id, string obj_name, H5.index_t idx_type, H5.iter_order_t order, hsize_t n,
        [In, Out] StringBuilder name, size_t size, hid_t lapl_id = H5P.DEFAULT);

    [DllImport(H5.Library, EntryPoint = "H5Aget_name_by_idx")]
    public static extern ssize_t get_name_by_idx(hid_t loc_id, string obj_name, H5.index_t idx_type, H5.iter_order_t order, hsize_t n,
        IntPtr name, size_t size, hid_t lapl_id);

    [DllImport(H5.Library, EntryPoint = "H5Aget_space")]
    public static extern hid_t get_space(hid_t attr_id);

    [DllImport(H5.Library, EntryPoint = "H5Aget_storage_size")]
    public static extern hsize_t get_storage_size(hid_t attr_id);

    [DllImport(H5.Library, EntryPoint = "H5Aget_type")]
    public static extern hid_t get_type(hid_t attr_id);

    /// <summary>Calls back for every attribute of an object; the callback returns 0 to go on, positive to stop.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Aiterate2")]
    public static extern herr_t iterate(hid_t obj_id, H5.index_t idx_type, H5.iter_order_t order, ref hsize_t n, operator_t op,
        IntPtr op_data);

    [DllImport(H5.Library, EntryPoint = "H5Aiterate_by_name")]
    public static extern herr_t iterate_by_name(hid_t loc_id, byte[] obj_name, H5.index_t idx_type, H5.iter_order_t order, ref hsize_t n,
        operator_t op, IntPtr op_data, hid_t lapd_id = H5P.DEFAULT);

    [DllImport(H5.Library, EntryPoint = "H5Aiterate_by_name")]
    public static extern herr_t iterate_by_name(hid_t loc_id, string obj_name, H5.index_t idx_type, H5.iter_order_t order, ref hsize_t n,
        operator_t op, IntPtr op_data, hid_t lapd_id = H5P.DEFAULT);

    /// <summary>Opens an attribute by name.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Aopen")]
    public static extern hid_t open(hid_t obj_id, byte[] attr_name, hid_t aapl_id = H5P.DEFAULT);

    /// <summary>Opens an attribute by name.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Aopen")]
    public static extern hid_t open(hid_t obj_id, string attr_name, hid_t aapl_id = H5P.DEFAULT);

    [DllImport(H5.Library, EntryPoint = "H5Aopen_by_idx")]
    public static extern hid_t open_by_idx(hid_t loc_id, byte[] obj_name, H5.index_t idx_type, H5.iter_order_t order, hsize_t n,
        hid_t aapl_id = H5P.DEFAULT, hid_t lapl_id = H5P.DEFAULT);

    [DllImport(H5.Library, EntryPoint = "H5Aopen_by_idx")]
    public static extern hid_t open_by_idx(hid_t loc_id, string obj_name, H5.index_t idx_type, H5.iter_order_t order, hsize_t n,
        hid_t aapl_id = H5P.DEFAULT, hid_t lapl_id = H5P.DEFAULT);

    [DllImport(H5.Library, EntryPoint = "H5Aopen_by_name")]
    public static extern hid_t open_by_name(hid_t loc_id, byte[] obj_name, byte[] attr_name, hid_t aapl_id = H5P.DEFAULT,
        hid_t lapl_id = H5P.DEFAULT);

    [DllImport(H5.Library, EntryPoint = "H5Aopen_by_name")]
    public static extern hid_t open_by_name(hid_t loc_id, string obj_name, string attr_name, hid_t aapl_id = H5P.DEFAULT,
        hid_t lapl_id = H5P.DEFAULT);

    /// <summary>Reads the whole attribute.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Aread")]
    public static extern herr_t read(hid_t attr_id, hid_t type_id, IntPtr buf);

    [DllImport(H5.Library, EntryPoint = "H5Arename")]
    public static extern herr_t rename(hid_t loc_id, byte[] old_name, byte[] new_name);

    [DllImport(H5.Library, EntryPoint = "H5Arename")]
    public static extern herr_t rename(hid_t loc_id, string old_name, string new_name);

    [DllImport(H5.Library, EntryPoint = "H5Arename_by_name")]
    public static extern herr_t rename_by_name(hid_t loc_id, byte[] obj_name, byte[] old_attr_name, byte[] new_attr_name,
        hid_t lapl_id = H5P.DEFAULT);

    [DllImport(H5.Library, EntryPoint = "H5Arename_by_name")]
    public static extern herr_t rename_by_name(hid_t loc_id, string obj_name, string old_attr_name, string new_attr_name,
        hid_t lapl_id = H5P.DEFAULT);

    /// <summary>Writes the whole attribute.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Awrite")]
    public static extern herr_t write(hid_t attr_id, hid_t mem_type_id, IntPtr buf);
}
