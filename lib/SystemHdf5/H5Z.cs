// Filters: which there are, and adding one.
// Names, numbers and signatures are those of HDF.PInvoke 1.10, so that code written for it runs unchanged.
namespace HDF.PInvoke;

/// <summary>Filters: which there are, and adding one.</summary>
/// <remarks>Each method calls the C function of the same name (HDF5 reference manual, H5Zpublic.h); a negative result means failure.</remarks>
public static unsafe partial class H5Z
{
    static H5Z() => H5.Start();

    public enum filter_t { ERROR = -1, NONE = 0, DEFLATE = 1, SHUFFLE = 2, FLETCHER32 = 3, SZIP = 4, NBIT = 5, SCALEOFFSET = 6,
        RESERVED = 256, MAX = 65535 }

    public enum SO_scale_type_t { FLOAT_DSCALE = 0, FLOAT_ESCALE = 1, INT = 2 }

    public enum EDC_t { ERROR = -1, DISABLE = 0, ENABLE = 1, NO = 2 }

    public const uint CONFIG_ENCODE_ENABLED = 0x0001u;
    public const uint CONFIG_DECODE_ENABLED = 0x0002u;

    public enum cb_return_t { ERROR = -1, FAIL = 0, CONT = 1, NO = 2 }

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    public delegate cb_return_t filter_func_t(filter_t filter, IntPtr buf, size_t buf_size, IntPtr op_data);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    public delegate htri_t can_apply_func_t(hid_t dcpl_id, hid_t type_id, hid_t space_id);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    public delegate herr_t set_local_func_t(hid_t dcpl_id, hid_t type_id, hid_t space_id);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    public delegate size_t func_t(uint flags, size_t cd_nelmts, [MarshalAs(UnmanagedType.LPArray, SizeParamIndex = 1)] uint[] cd_values,
        size_t nbytes, ref size_t buf_size, ref IntPtr buf);

    public struct class_t
    {
        public int version;
        public filter_t id;
        public uint encoder_present;
        public uint decoder_present;
        public byte* name;
        public can_apply_func_t can_apply;
        public set_local_func_t set_local;
        public func_t filter;
    }

    /// <summary>Positive when a filter can be used here.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Zfilter_avail")]
    public static extern htri_t filter_avail(filter_t filter);

    /// <summary>Whether a filter can encode and decode.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Zget_filter_info")]
    public static extern herr_t get_filter_info(filter_t filter, ref uint filter_config);

    /// <summary>Adds a filter; keep the delegates alive as long as the library runs.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Zregister")]
    public static extern herr_t register(ref class_t filter_class);

    /// <summary>Removes a filter.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Zunregister")]
    public static extern herr_t unregister(filter_t filter);
}
