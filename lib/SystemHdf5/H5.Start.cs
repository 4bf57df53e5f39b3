// How the declarations find the library and start it.
namespace HDF.PInvoke;

public static unsafe partial class H5
{
    /// <summary>Name used in the declarations; resolved to the system's libhdf5 when first called.</summary>
    internal const string Library = "hdf5";

    static H5() => NativeLibraryChoice.Register();

    /// <summary>Starts the library once; every class of this assembly calls it before its first use.</summary>
    internal static void Start()
    {
        if (open() < 0)
            throw new InvalidOperationException("The HDF5 library could not be started (H5open failed).");
    }

    /// <summary>Value of an identifier that the library exports, read anew each time because a restart of the library changes it.</summary>
    internal static hid_t Global(string name)
    {
        Start();
        return NativeLibraryChoice.Global(name);
    }
}
