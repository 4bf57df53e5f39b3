// Modes of the metadata cache.
// Names, numbers and signatures are those of HDF.PInvoke 1.10, so that code written for it runs unchanged.
namespace HDF.PInvoke;

/// <summary>Modes of the metadata cache.</summary>
/// <remarks>Each method calls the C function of the same name (HDF5 reference manual, H5Cpublic.h); a negative result means failure.</remarks>
public static unsafe partial class H5C
{
    public enum cache_incr_mode { OFF, THRESHOLD }

    public enum cache_flash_incr_mode { OFF, ADD_SPACE }

    public enum cache_decr_mode { OFF, THRESHOLD, AGE_OUT, AGE_OUT_WITH_THRESHOLD }
}
