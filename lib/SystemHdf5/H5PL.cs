// Where filter plug-ins are looked for.
// Names, numbers and signatures are those of HDF.PInvoke 1.10, so that code written for it runs unchanged.
namespace HDF.PInvoke;

/// <summary>Where filter plug-ins are looked for.</summary>
/// <remarks>Each method calls the C function of the same name (HDF5 reference manual, H5PLpublic.h); a negative result means failure.</remarks>
public static unsafe partial class H5PL
{
    static H5PL() => H5.Start();

    public enum type_t { TYPE_ERROR = -1, TYPE_FILTER = 0, TYPE_NONE = 1 }

    public const int FILTER_PLUGIN = 0x0001;
    public const int ALL_PLUGIN = 0xffff;

    [DllImport(H5.Library, EntryPoint = "H5PLappend")]
    public static extern herr_t append(string plugin_path);

    [DllImport(H5.Library, EntryPoint = "H5PLget")]
    public static extern ssize_t get(uint32_t index, StringBuilder pathname, IntPtr size);

    [DllImport(H5.Library, EntryPoint = "H5PLget_loading_state")]
    public static extern herr_t get_loading_state(ref int plugin_flags);

    [DllImport(H5.Library, EntryPoint = "H5PLinsert")]
    public static extern herr_t insert(string plugin_path, uint32_t index);

    [DllImport(H5.Library, EntryPoint = "H5PLprepend")]
    public static extern herr_t prepend(string plugin_path);

    [DllImport(H5.Library, EntryPoint = "H5PLremove")]
    public static extern herr_t remove(uint32_t index);

    [DllImport(H5.Library, EntryPoint = "H5PLreplace")]
    public static extern herr_t replace(string plugin_path, uint32_t index);

    [DllImport(H5.Library, EntryPoint = "H5PLset_loading_state")]
    public static extern herr_t set_loading_state(int plugin_flags);

    [DllImport(H5.Library, EntryPoint = "H5PLsize")]
    public static extern herr_t size(ref uint32_t listsize);
}
