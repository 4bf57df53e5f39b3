// Settings of the metadata cache.
// Names, numbers and signatures are those of HDF.PInvoke 1.10, so that code written for it runs unchanged.
namespace HDF.PInvoke;

/// <summary>Settings of the metadata cache.</summary>
/// <remarks>Each method calls the C function of the same name (HDF5 reference manual, H5ACpublic.h); a negative result means failure.</remarks>
public static unsafe partial class H5AC
{
    static H5AC() => H5.Start();

    public const int CURR_CACHE_CONFIG_VERSION = 1;
    public const int MAX_TRACE_FILE_NAME_LEN = 1024;

    public enum metadata_write_strategy_t { PROCESS_0_ONLY = 0, DISTRIBUTED = 1 }

    // One byte a flag and a long threshold, as in the C structure: the library writes all of its 1216 bytes.
    public struct cache_config_t
    {
        public int version;
        public byte rpt_fcn_enabled;
        public byte open_trace_file;
        public byte close_trace_file;
        public fixed byte trace_file_name[MAX_TRACE_FILE_NAME_LEN + 1];
        public byte evictions_enabled;
        public byte set_initial_size;
        public size_t initial_size;
        public double min_clean_fraction;
        public size_t max_size;
        public size_t min_size;
        public long epoch_length;
        public H5C.cache_incr_mode incr_mode;
        public double lower_hr_threshold;
        public double increment;
        public byte apply_max_increment;
        public size_t max_increment;
        public H5C.cache_flash_incr_mode flash_incr_mode;
        public double flash_multiple;
        public double flash_threshold;
        public H5C.cache_decr_mode decr_mode;
        public double upper_hr_threshold;
        public double decrement;
        public byte apply_max_decrement;
        public size_t max_decrement;
        public int epochs_before_eviction;
        public byte apply_empty_reserve;
        public double empty_reserve;
        public size_t dirty_bytes_threshold;
        public int metadata_write_strategy;

        public cache_config_t(int cache_config_version)
        {
            this = default;
            version = cache_config_version;
        }
    }

    public const int CURR_CACHE_IMAGE_CONFIG_VERSION = 1;
    public const int CACHE_IMAGE__ENTRY_AGEOUT__NONE = -1;
    public const int CACHE_IMAGE__ENTRY_AGEOUT__MAX = 100;

    public struct cache_image_config_t
    {
        public int version;
        public byte generate_image;
        public byte save_resize_status;
        public int entry_ageout;
    }
}
