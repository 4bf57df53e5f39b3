// Data types: the predefined ones and those made from them.
// Names, numbers and signatures are those of HDF.PInvoke 1.10, so that code written for it runs unchanged.
namespace HDF.PInvoke;

/// <summary>Data types: the predefined ones and those made from them.</summary>
/// <remarks>Each method calls the C function of the same name (HDF5 reference manual, H5Tpublic.h); a negative result means failure.</remarks>
public static unsafe partial class H5T
{
    static H5T() => H5.Start();

    public enum class_t { NO_CLASS = -1, INTEGER = 0, FLOAT = 1, TIME = 2, STRING = 3, BITFIELD = 4, OPAQUE = 5, COMPOUND = 6,
        REFERENCE = 7, ENUM = 8, VLEN = 9, ARRAY = 10, NCLASSES }

    public enum order_t { ERROR = -1, LE = 0, BE = 1, VAX = 2, MIXED = 3, ONE = 4 }

    public enum sign_t { ERROR = -1, NONE = 0, SGN_2 = 1, NSGN = 2 }

    public enum norm_t { ERROR = -1, IMPLIED = 0, MSBSET = 1, NONE = 2 }

    public enum cset_t { ERROR = -1, ASCII = 0, UTF8 = 1, RESERVED_2 = 2, RESERVED_3 = 3, RESERVED_4 = 4, RESERVED_5 = 5,
        RESERVED_6 = 6, RESERVED_7 = 7, RESERVED_8 = 8, RESERVED_9 = 9, RESERVED_10 = 10, RESERVED_11 = 11, RESERVED_12 = 12,
        RESERVED_13 = 13, RESERVED_14 = 14 }

    public const cset_t NCSET = cset_t.RESERVED_2;

    public enum str_t { ERROR = -1, NULLTERM = 0, NULLPAD = 1, SPACEPAD = 2, RESERVED_3 = 3, RESERVED_4 = 4, RESERVED_5 = 5,
        RESERVED_6 = 6, RESERVED_7 = 7, RESERVED_8 = 8, RESERVED_9 = 9, RESERVED_10 = 10, RESERVED_11 = 11, RESERVED_12 = 12,
        RESERVED_13 = 13, RESERVED_14 = 14, RESERVED_15 = 15 }

    public const str_t H5T_NSTR = str_t.RESERVED_3;

    public enum pad_t { ERROR = -1, ZERO = 0, ONE = 1, BACKGROUND = 2, NPAD = 3 }

    public enum conv_except_t { RANGE_HI = 0, RANGE_LOW = 1, PRECISION = 2, TRUNCATE = 3, PINF = 4, NINF = 5, NAN = 6 }

    public enum cmd_t { INIT = 0, CONV = 1, FREE = 2 }

    public enum bkg_t { NO = 0, TEMP = 1, YES = 2 }

    public struct cdata_t
    {
        public cmd_t command;
        public bkg_t need_bkg;
        public hbool_t recalc;
        public IntPtr priv;
    }

    public enum pers_t { DONTCARE = -1, HARD = 0, SOFT = 1 }

    public enum direction_t { DEFAULT = 0, ASCEND = 1, DESCEND = 2 }

    public enum conv_ret_t { ABORT = -1, UNHANDLED = 0, HANDLED = 1 }

    public struct hvl_t
    {
        public size_t len;
        public IntPtr p;
    }

    public static readonly IntPtr VARIABLE = new IntPtr(-1);
    public const int OPAQUE_TAG_MAX = 256;

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    public delegate conv_ret_t conv_except_func_t(conv_except_t except_type, hid_t src_id, hid_t dst_id, IntPtr src_buf,
        IntPtr dst_buf, IntPtr user_data);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    public delegate herr_t conv_t(hid_t src_id, hid_t dst_id, ref cdata_t cdata, size_t nelmts, size_t buf_stride, size_t bkg_stride,
        IntPtr buf, IntPtr bkg, hid_t dset_xfer_plist = H5P.DEFAULT);

    [DllImport(H5.Library, EntryPoint = "H5Tarray_create2")]
    public static extern hid_t array_create(hid_t base_type_id, uint rank,
        [MarshalAs(UnmanagedType.LPArray, SizeParamIndex = 1)] hsize_t[] dims);

    /// <summary>Closes a type (never a predefined one).</summary>
    [DllImport(H5.Library, EntryPoint = "H5Tclose")]
    public static extern herr_t close(hid_t type_id);

    [DllImport(H5.Library, EntryPoint = "H5Tcommit2")]
    public static extern herr_t commit(hid_t loc_id, byte[] name, hid_t dtype_id, hid_t lcpl_id = H5P.DEFAULT,
        hid_t tcpl_id = H5P.DEFAULT, hid_t tapl_id = H5P.DEFAULT);

    [DllImport(H5.Library, EntryPoint = "H5Tcommit2")]
    public static extern herr_t commit(hid_t loc_id, string name, hid_t dtype_id, hid_t lcpl_id = H5P.DEFAULT,
        hid_t tcpl_id = H5P.DEFAULT, hid_t tapl_id = H5P.DEFAULT);

    [DllImport(H5.Library, EntryPoint = "H5Tcommit_anon")]
    public static extern herr_t commit_anon(hid_t loc_id, hid_t dtype_id, hid_t tcpl_id = H5P.DEFAULT, hid_t tapl_id = H5P.DEFAULT);

    [DllImport(H5.Library, EntryPoint = "H5Tcommitted")]
    public static extern htri_t committed(hid_t dtype_id);

    [DllImport(H5.Library, EntryPoint = "H5Tcompiler_conv")]
    public static extern htri_t compiler_conv(hid_t src_id, hid_t dst_id);

    [DllImport(H5.Library, EntryPoint = "H5Tconvert")]
    public static extern herr_t convert(hid_t src_type_id, hid_t dest_type_id, size_t nelmts, IntPtr buf, IntPtr background,
        hid_t plist_id = H5P.DEFAULT);

    /// <summary>A copy of a type, to be changed and closed.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Tcopy")]
    public static extern hid_t copy(hid_t type_id);

    /// <summary>A new type of a class and size in bytes.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Tcreate")]
    public static extern hid_t create(class_t cls, size_t size);

    [DllImport(H5.Library, EntryPoint = "H5Tdecode")]
    public static extern hid_t decode(byte[] buf);

    [DllImport(H5.Library, EntryPoint = "H5Tdetect_class")]
    public static extern htri_t detect_class(hid_t dtype_id, class_t dtype_class);

    [DllImport(H5.Library, EntryPoint = "H5Tencode")]
    public static extern herr_t encode(hid_t obj_id, byte[] buf, ref size_t nalloc);

    [DllImport(H5.Library, EntryPoint = "H5Tenum_create")]
    public static extern hid_t enum_create(hid_t dtype_id);

    [DllImport(H5.Library, EntryPoint = "H5Tenum_insert")]
    public static extern herr_t enum_insert(hid_t dtype_id, string name, IntPtr value);

    [DllImport(H5.Library, EntryPoint = "H5Tenum_nameof")]
    public static extern herr_t enum_nameof(hid_t dtype_id, IntPtr value, [In, Out] StringBuilder name, size_t size);

    [DllImport(H5.Library, EntryPoint = "H5Tenum_valueof")]
    public static extern herr_t enum_valueof(hid_t dtype_id, string name, IntPtr value);

    /// <summary>Positive when two types are the same.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Tequal")]
    public static extern htri_t equal(hid_t type_id1, hid_t type_id2);

    [DllImport(H5.Library, EntryPoint = "H5Tfind")]
    public static extern conv_t find(hid_t src_id, hid_t dst_id, ref cdata_t pcdata);

    [DllImport(H5.Library, EntryPoint = "H5Tflush")]
    public static extern herr_t flush(hid_t type_id);

    [DllImport(H5.Library, EntryPoint = "H5Tget_array_dims2")]
    public static extern int get_array_dims(hid_t adtype_id, hsize_t[] dims);

    [DllImport(H5.Library, EntryPoint = "H5Tget_array_ndims")]
    public static extern int get_array_ndims(hid_t adtype_id);

    /// <summary>Integer, float, string, ...</summary>
    [DllImport(H5.Library, EntryPoint = "H5Tget_class")]
    public static extern class_t get_class(hid_t dtype_id);

    [DllImport(H5.Library, EntryPoint = "H5Tget_create_plist")]
    public static extern hid_t get_create_plist(hid_t dtype_id);

    [DllImport(H5.Library, EntryPoint = "H5Tget_cset")]
    public static extern cset_t get_cset(hid_t dtype_id);

    [DllImport(H5.Library, EntryPoint = "H5Tget_ebias")]
    public static extern size_t get_ebias(hid_t dtype_id);

    [DllImport(H5.Library, EntryPoint = "H5Tget_fields")]
    public static extern herr_t get_fields(hid_t dtype_id, ref size_t spos, ref size_t epos, ref size_t esize, ref size_t mpos,
        ref size_t msize);

    [DllImport(H5.Library, EntryPoint = "H5Tget_inpad")]
    public static extern pad_t get_inpad(hid_t dtype_id);

    [DllImport(H5.Library, EntryPoint = "H5Tget_member_class")]
    public static extern class_t get_member_class(hid_t cdtype_id, uint member_no);

    [DllImport(H5.Library, EntryPoint = "H5Tget_member_index")]
    public static extern int get_member_index(hid_t dtype_id, string field_name);

    [DllImport(H5.Library, EntryPoint = "H5Tget_member_name")]
    public static extern IntPtr get_member_name(hid_t dtype_id, uint field_idx);

    [DllImport(H5.Library, EntryPoint = "H5Tget_member_offset")]
    public static extern size_t get_member_offset(hid_t dtype_id, uint memb_no);

    [DllImport(H5.Library, EntryPoint = "H5Tget_member_type")]
    public static extern hid_t get_member_type(hid_t dtype_id, uint field_idx);

    [DllImport(H5.Library, EntryPoint = "H5Tget_member_value")]
    public static extern herr_t get_member_value(hid_t dtype_id, uint memb_no, IntPtr value);

    [DllImport(H5.Library, EntryPoint = "H5Tget_native_type")]
    public static extern hid_t get_native_type(hid_t dtype_id, direction_t direction);

    [DllImport(H5.Library, EntryPoint = "H5Tget_nmembers")]
    public static extern int get_nmembers(hid_t dtype_id);

    [DllImport(H5.Library, EntryPoint = "H5Tget_norm")]
    public static extern norm_t get_norm(hid_t dtype_id);

    [DllImport(H5.Library, EntryPoint = "H5Tget_offset")]
    public static extern int get_offset(hid_t dtype_id);

    /// <summary>Byte order.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Tget_order")]
    public static extern order_t get_order(hid_t dtype_id);

    [DllImport(H5.Library, EntryPoint = "H5Tget_pad")]
    public static extern herr_t get_pad(hid_t dtype_id, ref pad_t lsb, ref pad_t msb);

    [DllImport(H5.Library, EntryPoint = "H5Tget_precision")]
    public static extern size_t get_precision(hid_t dtype_id);

    [DllImport(H5.Library, EntryPoint = "H5Tget_sign")]
    public static extern sign_t get_sign(hid_t dtype_id);

    /// <summary>Size of an element in bytes.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Tget_size")]
    public static extern size_t get_size(hid_t dtype_id);

    [DllImport(H5.Library, EntryPoint = "H5Tget_strpad")]
    public static extern str_t get_strpad(hid_t dtype_id);

    [DllImport(H5.Library, EntryPoint = "H5Tget_super")]
    public static extern hid_t get_super(hid_t dtype_id);

    [DllImport(H5.Library, EntryPoint = "H5Tget_tag")]
    public static extern IntPtr get_tag(hid_t dtype_id);

    [DllImport(H5.Library, EntryPoint = "H5Tinsert")]
    public static extern herr_t insert(hid_t dtype_id, string name, size_t offset, hid_t field_id);

    /// <summary>Positive for strings of variable length.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Tis_variable_str")]
    public static extern htri_t is_variable_str(hid_t dtype_id);

    [DllImport(H5.Library, EntryPoint = "H5Tlock")]
    public static extern herr_t lock_datatype(hid_t dtype_id);

    [DllImport(H5.Library, EntryPoint = "H5Topen2")]
    public static extern hid_t open(hid_t loc_id, byte[] name, hid_t tapl_id = H5P.DEFAULT);

    [DllImport(H5.Library, EntryPoint = "H5Topen2")]
    public static extern hid_t open(hid_t loc_id, string name, hid_t tapl_id = H5P.DEFAULT);

    [DllImport(H5.Library, EntryPoint = "H5Tpack")]
    public static extern herr_t pack(hid_t dtype_id);

    [DllImport(H5.Library, EntryPoint = "H5Trefresh")]
    public static extern herr_t H5Trefresh(hid_t type_id);

    [DllImport(H5.Library, EntryPoint = "H5Tregister")]
    public static extern herr_t register(pers_t type, string name, hid_t src_id, hid_t dst_id, conv_t func);

    /// <summary>Encoding of a string type.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Tset_cset")]
    public static extern herr_t set_cset(hid_t dtype_id, cset_t cset);

    [DllImport(H5.Library, EntryPoint = "H5Tset_ebias")]
    public static extern herr_t set_ebias(hid_t dtype_id, size_t ebias);

    [DllImport(H5.Library, EntryPoint = "H5Tset_fields")]
    public static extern herr_t set_fields(hid_t dtype_id, size_t spos, size_t epos, size_t esize, size_t mpos, size_t msize);

    [DllImport(H5.Library, EntryPoint = "H5Tset_inpad")]
    public static extern herr_t set_inpad(hid_t dtype_id, pad_t inpad);

    [DllImport(H5.Library, EntryPoint = "H5Tset_norm")]
    public static extern herr_t set_norm(hid_t dtype_id, norm_t norm);

    [DllImport(H5.Library, EntryPoint = "H5Tset_offset")]
    public static extern herr_t set_offset(hid_t dtype_id, size_t offset);

    [DllImport(H5.Library, EntryPoint = "H5Tset_order")]
    public static extern herr_t set_order(hid_t dtype_id, order_t order);

    [DllImport(H5.Library, EntryPoint = "H5Tset_pad")]
    public static extern herr_t set_pad(hid_t dtype_id, pad_t lsb, pad_t msb);

    [DllImport(H5.Library, EntryPoint = "H5Tset_precision")]
    public static extern herr_t set_precision(hid_t dtype_id, size_t precision);

    [DllImport(H5.Library, EntryPoint = "H5Tset_sign")]
    public static extern herr_t set_sign(hid_t dtype_id, sign_t sign);

    /// <summary>Sets the size; for strings the length, or <see cref="VARIABLE"/>.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Tset_size")]
    public static extern herr_t set_size(hid_t dtype_id, size_t size);

    /// <summary>How a string of fixed length ends.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Tset_strpad")]
    public static extern herr_t set_strpad(hid_t dtype_id, str_t strpad);

    [DllImport(H5.Library, EntryPoint = "H5Tset_tag")]
    public static extern herr_t set_tag(hid_t dtype_id, string tag);

    [DllImport(H5.Library, EntryPoint = "H5Tunregister")]
    public static extern herr_t unregister(pers_t type, string name, hid_t src_id, hid_t dst_id, conv_t func);

    [DllImport(H5.Library, EntryPoint = "H5Tvlen_create")]
    public static extern hid_t vlen_create(hid_t base_type_id);
}
