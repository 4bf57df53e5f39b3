// References to objects and regions.
// Names, numbers and signatures are those of HDF.PInvoke 1.10, so that code written for it runs unchanged.
namespace HDF.PInvoke;

/// <summary>References to objects and regions.</summary>
/// <remarks>Each method calls the C function of the same name (HDF5 reference manual, H5Rpublic.h); a negative result means failure.</remarks>
public static unsafe partial class H5R
{
    static H5R() => H5.Start();

    public enum type_t { BADTYPE = -1, OBJECT, DATASET_REGION, MAXTYPE }

    public const int OBJ_REF_BUF_SIZE = sizeof(haddr_t);
    public const int DSET_REG_REF_BUF_SIZE = sizeof(haddr_t) + 4;

    [DllImport(H5.Library, EntryPoint = "H5Rcreate")]
    public static extern herr_t create(IntPtr refer, hid_t loc_id, byte[] name, type_t ref_type, hid_t space_id);

    [DllImport(H5.Library, EntryPoint = "H5Rcreate")]
    public static extern herr_t create(IntPtr refer, hid_t loc_id, string name, type_t ref_type, hid_t space_id);

    [DllImport(H5.Library, EntryPoint = "H5Rdereference2")]
    public static extern hid_t dereference(hid_t obj_id, hid_t oapl_id, type_t ref_type, IntPtr refer);

    [DllImport(H5.Library, EntryPoint = "H5Rget_name")]
    public static extern ssize_t get_name(hid_t loc_id, type_t ref_type, IntPtr refer, [In, Out] byte[] name, size_t size);

    [DllImport(H5.Library, EntryPoint = "H5Rget_name")]
    public static extern ssize_t get_name(hid_t loc_id, type_t ref_type, IntPtr refer, [In, Out] StringBuilder name, size_t size);

    [DllImport(H5.Library, EntryPoint = "H5Rget_obj_type2")]
    public static extern herr_t get_obj_type(hid_t loc_id, type_t ref_type, IntPtr refer, ref H5O.type_t obj_type);

    [DllImport(H5.Library, EntryPoint = "H5Rget_region")]
    public static extern hid_t get_region(hid_t loc_id, type_t ref_type, IntPtr refer);
}
