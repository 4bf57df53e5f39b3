// Identifiers: what an id stands for and how often it is held.
// Names, numbers and signatures are those of HDF.PInvoke 1.10, so that code written for it runs unchanged.
namespace HDF.PInvoke;

/// <summary>Identifiers: what an id stands for and how often it is held.</summary>
/// <remarks>Each method calls the C function of the same name (HDF5 reference manual, H5Ipublic.h); a negative result means failure.</remarks>
public static unsafe partial class H5I
{
    static H5I() => H5.Start();

    public enum type_t { UNINIT = (-2), BADID = (-1), FILE = 1, GROUP, DATATYPE, DATASPACE, DATASET, ATTR, REFERENCE, VFL,
        GENPROP_CLS, GENPROP_LST, ERROR_CLASS, ERROR_MSG, ERROR_STACK, NTYPES }

    public const int H5_SIZEOF_HID_T = sizeof(long);
    public const hid_t H5I_INVALID_HID = -1;

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    public delegate herr_t free_t(IntPtr obj);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    public delegate int search_func_t(IntPtr obj, hid_t id, IntPtr key);

    [DllImport(H5.Library, EntryPoint = "H5Iclear_type")]
    public static extern herr_t clear_type(type_t type, hbool_t force);

    [DllImport(H5.Library, EntryPoint = "H5Idec_ref")]
    public static extern int dec_ref(hid_t obj_id);

    [DllImport(H5.Library, EntryPoint = "H5Idec_type_ref")]
    public static extern int dec_type_ref(type_t type);

    [DllImport(H5.Library, EntryPoint = "H5Idestroy_type")]
    public static extern herr_t destroy_type(type_t type);

    [DllImport(H5.Library, EntryPoint = "H5Iget_file_id")]
    public static extern hid_t get_file_id(hid_t obj_id);

    [DllImport(H5.Library, EntryPoint = "H5Iget_name")]
    public static extern ssize_t get_name(hid_t obj_id, [In, Out] StringBuilder name, size_t size);

    [DllImport(H5.Library, EntryPoint = "H5Iget_ref")]
    public static extern int get_ref(hid_t obj_id);

    [DllImport(H5.Library, EntryPoint = "H5Iget_type")]
    public static extern type_t get_type(hid_t obj_id);

    [DllImport(H5.Library, EntryPoint = "H5Iget_type_ref")]
    public static extern int H5Iget_type_ref(type_t type);

    [DllImport(H5.Library, EntryPoint = "H5Iinc_ref")]
    public static extern int inc_ref(hid_t obj_id);

    [DllImport(H5.Library, EntryPoint = "H5Iinc_type_ref")]
    public static extern int inc_type_ref(type_t type);

    [DllImport(H5.Library, EntryPoint = "H5Iis_valid")]
    public static extern htri_t is_valid(hid_t obj_id);

    [DllImport(H5.Library, EntryPoint = "H5Inmembers")]
    public static extern herr_t nmembers(type_t type, ref hsize_t num_members);

    [DllImport(H5.Library, EntryPoint = "H5Iobject_verify")]
    public static extern IntPtr object_verify(hid_t id, type_t id_type);

    [DllImport(H5.Library, EntryPoint = "H5Iregister")]
    public static extern hid_t register(type_t type, IntPtr obj);

    [DllImport(H5.Library, EntryPoint = "H5Iregister_type")]
    public static extern type_t register_type(size_t hash_size, uint reserved, free_t free_func);

    [DllImport(H5.Library, EntryPoint = "H5Iremove_verify")]
    public static extern IntPtr remove_verify(hid_t id, type_t id_type);

    [DllImport(H5.Library, EntryPoint = "H5Isearch")]
    public static extern IntPtr search(type_t type, search_func_t func, IntPtr key);

    [DllImport(H5.Library, EntryPoint = "H5Itype_exists")]
    public static extern htri_t type_exists(type_t type);
}
