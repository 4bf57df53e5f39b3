// The error stack: what went wrong, as records and as text.
// Names, numbers and signatures are those of HDF.PInvoke 1.10, so that code written for it runs unchanged.
namespace HDF.PInvoke;

/// <summary>The error stack: what went wrong, as records and as text.</summary>
/// <remarks>Each method calls the C function of the same name (HDF5 reference manual, H5Epublic.h); a negative result means failure.</remarks>
public static unsafe partial class H5E
{
    static H5E() => H5.Start();

    public const hid_t DEFAULT = 0;

    public enum type_t { MAJOR, MINOR }

    public struct error_t
    {
        public hid_t cls_id;
        public hid_t maj_num;
        public hid_t min_num;
        public uint line;
        [MarshalAs(UnmanagedType.LPStr)]
        public string func_name;
        [MarshalAs(UnmanagedType.LPStr)]
        public string file_name;
        [MarshalAs(UnmanagedType.LPStr)]
        public string desc;
    }

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    public delegate herr_t auto_t(hid_t estack, IntPtr client_data);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    public delegate herr_t walk_t(uint n, [In]ref error_t err_desc, IntPtr client_data);

    public enum direction_t { H5E_WALK_UPWARD = 0, H5E_WALK_DOWNWARD = 1 }

    [DllImport(H5.Library, EntryPoint = "H5Eauto_is_v2")]
    public static extern herr_t auto_is_v2(hid_t estack_id, ref uint is_stack);

    /// <summary>Empties an error stack.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Eclear2")]
    public static extern herr_t clear(hid_t estack_id);

    [DllImport(H5.Library, EntryPoint = "H5Eclose_msg")]
    public static extern herr_t close_msg(hid_t msg_id);

    [DllImport(H5.Library, EntryPoint = "H5Eclose_stack")]
    public static extern herr_t close_stack(hid_t estack_id);

    [DllImport(H5.Library, EntryPoint = "H5Ecreate_msg")]
    public static extern hid_t create_msg(hid_t cls, type_t msg_type, [MarshalAs(UnmanagedType.LPStr)]string msg);

    [DllImport(H5.Library, EntryPoint = "H5Ecreate_stack")]
    public static extern hid_t create_stack();

    /// <summary>What happens when a call fails.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Eget_auto2")]
    public static extern herr_t get_auto(hid_t estack_id, ref auto_t func, ref IntPtr client_data);

    [DllImport(H5.Library, EntryPoint = "H5Eget_class_name")]
    public static extern ssize_t get_class_name(hid_t class_id, [In, Out] StringBuilder name, size_t size);

    [DllImport(H5.Library, EntryPoint = "H5Eget_current_stack")]
    public static extern hid_t get_current_stack();

    [DllImport(H5.Library, EntryPoint = "H5Eget_msg")]
    public static extern ssize_t get_msg(hid_t msg_id, ref type_t msg_type, [In, Out] StringBuilder msg, size_t size);

    /// <summary>Number of records on an error stack.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Eget_num")]
    public static extern ssize_t get_num(hid_t estack_id);

    [DllImport(H5.Library, EntryPoint = "H5Epop")]
    public static extern herr_t pop(hid_t estack_id, size_t count);

    /// <summary>Prints an error stack to a C stream (zero = standard error).</summary>
    [DllImport(H5.Library, EntryPoint = "H5Eprint2")]
    public static extern herr_t print(hid_t estack_id, IntPtr stream);

    [DllImport(H5.Library, EntryPoint = "H5Epush2")]
    public static extern herr_t push(hid_t estack_id, string file, string func, uint line, hid_t class_id, hid_t major_id, hid_t minor_id,
        string msg);

    [DllImport(H5.Library, EntryPoint = "H5Eregister_class")]
    public static extern hid_t register_class([MarshalAs(UnmanagedType.LPStr)]string cls_name,
        [MarshalAs(UnmanagedType.LPStr)]string lib_name, [MarshalAs(UnmanagedType.LPStr)]string version);

    /// <summary>Sets what happens when a call fails; a null callback silences the library.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Eset_auto2")]
    public static extern herr_t set_auto(hid_t estack_id, auto_t func, IntPtr client_data);

    [DllImport(H5.Library, EntryPoint = "H5Eset_current_stack")]
    public static extern herr_t set_current_stack(hid_t estack_id);

    [DllImport(H5.Library, EntryPoint = "H5Eunregister_class")]
    public static extern herr_t unregister_class(hid_t class_id);

    /// <summary>Calls back for every record of an error stack.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Ewalk2")]
    public static extern herr_t walk(hid_t estack_id, direction_t direction, walk_t func, IntPtr client_data);
}
