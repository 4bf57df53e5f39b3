// Links: the names in a group, and walking over them.
// Names, numbers and signatures are those of HDF.PInvoke 1.10, so that code written for it runs unchanged.
namespace HDF.PInvoke;

/// <summary>Links: the names in a group, and walking over them.</summary>
/// <remarks>Each method calls the C function of the same name (HDF5 reference manual, H5Lpublic.h); a negative result means failure.</remarks>
public static unsafe partial class H5L
{
    static H5L() => H5.Start();

    public const uint MAX_LINK_NAME_LEN = uint.MaxValue;
    public const hid_t SAME_LOC = 0;
    public const int LINK_CLASS_T_VERS = 0;

    public enum type_t { ERROR = (-1), HARD = 0, SOFT = 1, EXTERNAL = 64, MAX = 255 }

    public const type_t TYPE_BUILTIN_MAX = type_t.SOFT;
    public const type_t TYPE_UD_MIN = type_t.EXTERNAL;

    public struct info_t
    {
        public type_t type;
        public hbool_t corder_valid;
        public long corder;
        public H5T.cset_t cset;
        public u_t u;
        [StructLayout(LayoutKind.Explicit)]

        public struct u_t
        {
            [FieldOffset(0)]
            public haddr_t address;
            [FieldOffset(0)]
            public size_t val_size;
        }
    }

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    public delegate herr_t create_func_t(byte[] link_name, hid_t loc_group, IntPtr lnkdata, size_t lnkdata_size, hid_t lcpl_id);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    public delegate herr_t create_func_ascii_t(string link_name, hid_t loc_group, IntPtr lnkdata, size_t lnkdata_size, hid_t lcpl_id);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    public delegate herr_t move_func_t(byte[] new_name, hid_t new_loc, IntPtr lnkdata, size_t lnkdata_size);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    public delegate herr_t move_func_ascii_t(string new_name, hid_t new_loc, IntPtr lnkdata, size_t lnkdata_size);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    public delegate herr_t copy_func_t(byte[] new_name, hid_t new_loc, IntPtr lnkdata, size_t lnkdata_size);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    public delegate herr_t copy_func_ascii_t(string new_name, hid_t new_loc, IntPtr lnkdata, size_t lnkdata_size);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    public delegate herr_t traverse_func_t(byte[] link_name, hid_t cur_group, IntPtr lnkdata, size_t lnkdata_size, hid_t lapl_id);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    public delegate herr_t traverse_func_ascii_t(string link_name, hid_t cur_group, IntPtr lnkdata, size_t lnkdata_size,
        hid_t lapl_id);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    public delegate herr_t delete_func_t(byte[] link_name, hid_t file, IntPtr lnkdata, size_t lnkdata_size);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    public delegate herr_t delete_func_ascii_t(string link_name, hid_t file, IntPtr lnkdata, size_t lnkdata_size);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    public delegate ssize_t query_func_t(byte[] link_name, IntPtr lnkdata, size_t lnkdata_size, IntPtr buf, size_t buf_size);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    public delegate ssize_t query_func_ascii_t(string link_name, IntPtr lnkdata, size_t lnkdata_size, IntPtr buf, size_t buf_size);

    public struct class_t
    {
        public int version;
        public type_t id;
        public string comment;
        public create_func_t create_func;
        public move_func_t move_func;
        public copy_func_t copy_func;
        public traverse_func_t trav_func;
        public delete_func_t del_func;
        public query_func_t query_func;
    }

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    public delegate herr_t iterate_t(hid_t group, IntPtr name, ref info_t info, IntPtr op_data);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    public delegate herr_t elink_traverse_t(string parent_file_name, byte[] parent_group_name, string child_file_name,
        byte[] child_object_name, ref uint acc_flags, hid_t fapl_id, IntPtr op_data);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    public delegate herr_t elink_traverse_ascii_t(string parent_file_name, string parent_group_name, string child_file_name,
        string child_object_name, ref uint acc_flags, hid_t fapl_id, IntPtr op_data);

    [DllImport(H5.Library, EntryPoint = "H5Lcopy")]
    public static extern herr_t copy(hid_t src_loc, byte[] src_name, hid_t dst_loc, byte[] dst_name, hid_t lcpl_id = H5P.DEFAULT,
        hid_t lapl_id = H5P.DEFAULT);

    [DllImport(H5.Library, EntryPoint = "H5Lcopy")]
    public static extern herr_t copy(hid_t src_loc, string src_name, hid_t dst_loc, string dst_name, hid_t lcpl_id = H5P.DEFAULT,
        hid_t lapl_id = H5P.DEFAULT);

    /// <summary>Creates a link into another file.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Lcreate_external")]
    public static extern herr_t create_external(string file_name, byte[] obj_name, hid_t link_loc_id, byte[] link_name,
        hid_t lcpl_id = H5P.DEFAULT, hid_t lapl_id = H5P.DEFAULT);

    /// <summary>Creates a link into another file.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Lcreate_external")]
    public static extern herr_t create_external(string file_name, string obj_name, hid_t link_loc_id, string link_name,
        hid_t lcpl_id = H5P.DEFAULT, hid_t lapl_id = H5P.DEFAULT);

    /// <summary>Creates a second name of an object.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Lcreate_hard")]
    public static extern herr_t create_hard(hid_t cur_loc, byte[] cur_name, hid_t dst_loc, byte[] dst_name, hid_t lcpl_id = H5P.DEFAULT,
        hid_t lapl_id = H5P.DEFAULT);

    /// <summary>Creates a second name of an object.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Lcreate_hard")]
    public static extern herr_t create_hard(hid_t cur_loc, string cur_name, hid_t dst_loc, string dst_name, hid_t lcpl_id = H5P.DEFAULT,
        hid_t lapl_id = H5P.DEFAULT);

    /// <summary>Creates a link to a path.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Lcreate_soft")]
    public static extern herr_t create_soft(byte[] link_target, hid_t link_loc_id, byte[] link_name, hid_t lcpl_id = H5P.DEFAULT,
        hid_t lapl_id = H5P.DEFAULT);

    /// <summary>Creates a link to a path.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Lcreate_soft")]
    public static extern herr_t create_soft(string link_target, hid_t link_loc_id, string link_name, hid_t lcpl_id = H5P.DEFAULT,
        hid_t lapl_id = H5P.DEFAULT);

    [DllImport(H5.Library, EntryPoint = "H5Lcreate_ud")]
    public static extern herr_t create_ud(hid_t link_loc_id, byte[] link_name, type_t link_type, IntPtr udata, size_t udata_size,
        hid_t lcpl_id = H5P.DEFAULT, hid_t lapl_id = H5P.DEFAULT);

    [DllImport(H5.Library, EntryPoint = "H5Lcreate_ud")]
    public static extern herr_t create_ud(hid_t link_loc_id, string link_name, type_t link_type, IntPtr udata, size_t udata_size,
        hid_t lcpl_id = H5P.DEFAULT, hid_t lapl_id = H5P.DEFAULT);

    /// <summary>Removes a link.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Ldelete")]
    public static extern herr_t delete(hid_t loc_id, byte[] name, hid_t lapl_id = H5P.DEFAULT);

    /// <summary>Removes a link.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Ldelete")]
    public static extern herr_t delete(hid_t loc_id, string name, hid_t lapl_id = H5P.DEFAULT);

    [DllImport(H5.Library, EntryPoint = "H5Ldelete_by_idx")]
    public static extern herr_t delete_by_idx(hid_t loc_id, byte[] group_name, H5.index_t idx_type, H5.iter_order_t order, hsize_t n,
        hid_t lapl_id = H5P.DEFAULT);

    [DllImport(H5.Library, EntryPoint = "H5Ldelete_by_idx")]
    public static extern herr_t delete_by_idx(hid_t loc_id, string group_name, H5.index_t idx_type, H5.iter_order_t order, hsize_t n,
        hid_t lapl_id = H5P.DEFAULT);

    /// <summary>Positive when the group has a link of that name; every group on the way must exist.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Lexists")]
    public static extern htri_t exists(hid_t loc_id, byte[] name, hid_t lapl_id = H5P.DEFAULT);

    /// <summary>Positive when the group has a link of that name; every group on the way must exist.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Lexists")]
    public static extern htri_t exists(hid_t loc_id, string name, hid_t lapl_id = H5P.DEFAULT);

    /// <summary>What kind of link a name is.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Lget_info")]
    public static extern herr_t get_info(hid_t loc_id, byte[] name, ref info_t linfo, hid_t lapl_id = H5P.DEFAULT);

    /// <summary>What kind of link a name is.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Lget_info")]
    public static extern herr_t get_info(hid_t loc_id, string name, ref info_t linfo, hid_t lapl_id = H5P.DEFAULT);

    [DllImport(H5.Library, EntryPoint = "H5Lget_info_by_idx")]
    public static extern herr_t get_info_by_idx(hid_t loc_id, byte[] group_name, H5.index_t idx_type, H5.iter_order_t order, hsize_t n,
        ref info_t linfo, hid_t lapl_id = H5P.DEFAULT);

    [DllImport(H5.Library, EntryPoint = "H5Lget_info_by_idx")]
    public static extern herr_t get_info_by_idx(hid_t loc_id, string group_name, H5.index_t idx_type, H5.iter_order_t order, hsize_t n,
        ref info_t linfo, hid_t lapl_id = H5P.DEFAULT);

    [DllImport(H5.Library, EntryPoint = "H5Lget_name_by_idx")]
    public static extern ssize_t get_name_by_idx(hid_t loc_id, byte[] group_name, H5.index_t idx_type, H5.iter_order_t order, hsize_t n,
        [In, Out] byte[] name, size_t size, hid_t lapl_id = H5P.DEFAULT);

    [DllImport(H5.Library, EntryPoint = "H5Lget_name_by_idx")]
    public static extern ssize_t get_name_by_idx(hid_t loc_id, string group_name, H5.index_t idx_type, H5.iter_order_t order, hsize_t n,
        [In, Out] StringBuilder name, size_t size, hid_t lapl_id = H5P.DEFAULT);

    [DllImport(H5.Library, EntryPoint = "H5Lget_name_by_idx")]
    public static extern ssize_t get_name_by_idx(hid_t loc_id, string group_name, H5.index_t idx_type, H5.iter_order_t order, hsize_t n,
        IntPtr name, size_t size, hid_t lapl_id);

    [DllImport(H5.Library, EntryPoint = "H5Lget_val")]
    public static extern herr_t get_val(hid_t loc_id, byte[] name, IntPtr buf, size_t size, hid_t lapl_id = H5P.DEFAULT);

    [DllImport(H5.Library, EntryPoint = "H5Lget_val")]
    public static extern herr_t get_val(hid_t loc_id, string name, IntPtr buf, size_t size, hid_t lapl_id = H5P.DEFAULT);

    [DllImport(H5.Library, EntryPoint = "H5Lget_val_by_idx")]
    public static extern herr_t get_val_by_idx(hid_t loc_id, byte[] group_name, H5.index_t idx_type, H5.iter_order_t order, hsize_t n,
        IntPtr buf, size_t size, hid_t lapl_id = H5P.DEFAULT);

    [DllImport(H5.Library, EntryPoint = "H5Lget_val_by_idx")]
    public static extern herr_t get_val_by_idx(hid_t loc_id, string group_name, H5.index_t idx_type, H5.iter_order_t order, hsize_t n,
        IntPtr buf, size_t size, hid_t lapl_id = H5P.DEFAULT);

    [DllImport(H5.Library, EntryPoint = "H5Lis_registered")]
    public static extern htri_t is_registered(type_t id);

    /// <summary>Calls back for every link of a group; <c>idx</c> is where to start and where it stopped.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Literate")]
    public static extern herr_t iterate(hid_t grp_id, H5.index_t idx_type, H5.iter_order_t order, ref hsize_t idx, iterate_t op,
        IntPtr op_data);

    [DllImport(H5.Library, EntryPoint = "H5Literate_by_name")]
    public static extern herr_t iterate_by_name(hid_t loc_id, byte[] group_name, H5.index_t idx_type, H5.iter_order_t order,
        ref hsize_t idx, iterate_t op, IntPtr op_data, hid_t lapl_id = H5P.DEFAULT);

    [DllImport(H5.Library, EntryPoint = "H5Literate_by_name")]
    public static extern herr_t iterate_by_name(hid_t loc_id, string group_name, H5.index_t idx_type, H5.iter_order_t order,
        ref hsize_t idx, iterate_t op, IntPtr op_data, hid_t lapl_id = H5P.DEFAULT);

    /// <summary>Renames a link.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Lmove")]
    public static extern herr_t move(hid_t src_loc, byte[] src_name, hid_t dst_loc, byte[] dst_name, hid_t lcpl_id = H5P.DEFAULT,
        hid_t lapl_id = H5P.DEFAULT);

    /// <summary>Renames a link.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Lmove")]
    public static extern herr_t move(hid_t src_loc, string src_name, hid_t dst_loc, string dst_name, hid_t lcpl_id = H5P.DEFAULT,
        hid_t lapl_id = H5P.DEFAULT);

    [DllImport(H5.Library, EntryPoint = "H5Lregister")]
    public static extern herr_t register(ref class_t cls);

    [DllImport(H5.Library, EntryPoint = "H5Lunpack_elink_val")]
    public static extern herr_t unpack_elink_val(IntPtr ext_linkval, size_t link_size, ref uint flags, ref IntPtr filename,
        ref IntPtr obj_path);

    [DllImport(H5.Library, EntryPoint = "H5Lunregister")]
    public static extern herr_t unregister(type_t id);

    /// <summary>Calls back for every link of a group and of the groups below it.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Lvisit")]
    public static extern herr_t visit(hid_t grp_id, H5.index_t idx_type, H5.iter_order_t order, iterate_t op, IntPtr op_data);

    [DllImport(H5.Library, EntryPoint = "H5Lvisit_by_name")]
    public static extern herr_t visit_by_name(hid_t loc_id, byte[] group_name, H5.index_t idx_type, H5.iter_order_t order, iterate_t op,
        IntPtr op_data, hid_t lapl_id = H5P.DEFAULT);

    [DllImport(H5.Library, EntryPoint = "H5Lvisit_by_name")]
    public static extern herr_t visit_by_name(hid_t loc_id, string group_name, H5.index_t idx_type, H5.iter_order_t order, iterate_t op,
        IntPtr op_data, hid_t lapl_id = H5P.DEFAULT);
}
