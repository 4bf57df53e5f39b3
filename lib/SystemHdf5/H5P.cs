// Property lists: how things are created, opened and transferred; chunks and filters.
// Names, numbers and signatures are those of HDF.PInvoke 1.10, so that code written for it runs unchanged.
namespace HDF.PInvoke;

/// <summary>Property lists: how things are created, opened and transferred; chunks and filters.</summary>
/// <remarks>Each method calls the C function of the same name (HDF5 reference manual, H5Ppublic.h); a negative result means failure.</remarks>
public static unsafe partial class H5P
{
    static H5P() => H5.Start();

    public const uint CRT_ORDER_TRACKED = 0x0001;
    public const uint CRT_ORDER_INDEXED = 0x0002;
    public const hid_t DEFAULT = 0;

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    public delegate herr_t cls_create_func_t(hid_t prop_id, IntPtr create_data);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    public delegate herr_t cls_copy_func_t(hid_t new_prop_id, hid_t old_prop_id, IntPtr copy_data);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    public delegate herr_t cls_close_func_t(hid_t prop_id, IntPtr close_data);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    public delegate herr_t prp_cb1_t(string name, size_t size, IntPtr value);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    public delegate herr_t prp_cb2_t(hid_t prop_id, string name, size_t size, IntPtr value);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    public delegate int prp_compare_func_t(IntPtr value1, IntPtr value2, size_t size);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    public delegate herr_t iterate_t(hid_t id, string name, IntPtr iter_data);

    [DllImport(H5.Library, EntryPoint = "H5Padd_merge_committed_dtype_path")]
    public static extern herr_t add_merge_committed_dtype_path(hid_t ocpypl_id, byte[] path);

    [DllImport(H5.Library, EntryPoint = "H5Padd_merge_committed_dtype_path")]
    public static extern herr_t add_merge_committed_dtype_path(hid_t ocpypl_id, string path);

    /// <summary>Positive when every filter of the list can be used here.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Pall_filters_avail")]
    public static extern htri_t all_filters_avail(hid_t plist_id);

    /// <summary>Closes a property list.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Pclose")]
    public static extern herr_t close(hid_t plist);

    [DllImport(H5.Library, EntryPoint = "H5Pclose_class")]
    public static extern herr_t close_class(hid_t cls);

    [DllImport(H5.Library, EntryPoint = "H5Pcopy")]
    public static extern hid_t copy(hid_t plist);

    [DllImport(H5.Library, EntryPoint = "H5Pcopy_prop")]
    public static extern herr_t copy_prop(hid_t dst_id, hid_t src_id, string name);

    /// <summary>A property list of a class, such as <c>DATASET_CREATE</c>.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Pcreate")]
    public static extern hid_t create(hid_t cls_id);

    [DllImport(H5.Library, EntryPoint = "H5Pcreate_class")]
    public static extern hid_t create_class(hid_t parent_class, string name, cls_create_func_t create, IntPtr create_data,
        cls_copy_func_t copy, IntPtr copy_data, cls_close_func_t close, IntPtr close_data);

    [DllImport(H5.Library, EntryPoint = "H5Pequal")]
    public static extern htri_t equal(hid_t id1, hid_t id2);

    [DllImport(H5.Library, EntryPoint = "H5Pexist")]
    public static extern htri_t exist(hid_t id, string name);

    [DllImport(H5.Library, EntryPoint = "H5Pfill_value_defined")]
    public static extern herr_t H5Pfill_value_defined(hid_t plist_id, ref H5D.fill_value_t status);

    [DllImport(H5.Library, EntryPoint = "H5Pfree_merge_committed_dtype_paths")]
    public static extern herr_t free_merge_committed_dtype_paths(hid_t ocpypl_id);

    [DllImport(H5.Library, EntryPoint = "H5Pget")]
    public static extern herr_t get(hid_t plid, string name, IntPtr value);

    [DllImport(H5.Library, EntryPoint = "H5Pget_alignment")]
    public static extern herr_t get_alignment(hid_t plist, ref hsize_t threshold, ref hsize_t alignment);

    [DllImport(H5.Library, EntryPoint = "H5Pget_alloc_time")]
    public static extern herr_t get_alloc_time(hid_t plist_id, ref H5D.alloc_time_t alloc_time);

    [DllImport(H5.Library, EntryPoint = "H5Pget_append_flush")]
    public static extern herr_t get_append_flush(hid_t dapl_id, uint ndims, [In, Out] hsize_t[] boundary, ref H5D.append_cb_t func,
        ref IntPtr udata);

    [DllImport(H5.Library, EntryPoint = "H5Pget_attr_creation_order")]
    public static extern herr_t get_attr_creation_order(hid_t ocpl_id, ref uint crt_order_flags);

    [DllImport(H5.Library, EntryPoint = "H5Pget_attr_phase_change")]
    public static extern herr_t get_attr_phase_change(hid_t ocpl_id, ref uint max_compact, ref uint min_dense);

    [DllImport(H5.Library, EntryPoint = "H5Pget_btree_ratios")]
    public static extern herr_t get_btree_ratios(hid_t plist, ref double left, ref double middle, ref double right);

    [DllImport(H5.Library, EntryPoint = "H5Pget_buffer")]
    public static extern hsize_t get_buffer(hid_t plist, ref IntPtr tconv, ref IntPtr bkg);

    [DllImport(H5.Library, EntryPoint = "H5Pget_cache")]
    public static extern herr_t get_cache(hid_t plist_id, ref int mdc_nelmts, ref size_t rdcc_nelmts, ref size_t rdcc_nbytes,
        ref double rdcc_w0);

    [DllImport(H5.Library, EntryPoint = "H5Pget_char_encoding")]
    public static extern herr_t get_char_encoding(hid_t plist_id, ref H5T.cset_t encoding);

    /// <summary>Extent of the chunks; returns the number of axes, negative when the layout is not chunked.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Pget_chunk")]
    public static extern int get_chunk(hid_t plist_id, int max_ndims, [In, Out] hsize_t[] dims);

    [DllImport(H5.Library, EntryPoint = "H5Pget_chunk_cache")]
    public static extern herr_t get_chunk_cache(hid_t dapl_id, ref size_t rdcc_nslots, ref size_t rdcc_nbytes, ref double rdcc_w0);

    [DllImport(H5.Library, EntryPoint = "H5Pget_chunk_opts")]
    public static extern herr_t get_chunk_opts(hid_t dcpl_id, ref uint opts);

    [DllImport(H5.Library, EntryPoint = "H5Pget_class")]
    public static extern hid_t get_class(hid_t plist);

    [DllImport(H5.Library, EntryPoint = "H5Pget_class_name")]
    public static extern IntPtr get_class_name(hid_t pcid);

    [DllImport(H5.Library, EntryPoint = "H5Pget_class_parent")]
    public static extern hid_t get_class_parent(hid_t pcid);

    [DllImport(H5.Library, EntryPoint = "H5Pget_copy_object")]
    public static extern herr_t get_copy_object(hid_t ocp_plist_id, ref uint copy_options);

    [DllImport(H5.Library, EntryPoint = "H5Pget_core_write_tracking")]
    public static extern herr_t get_core_write_tracking(hid_t fapl_id, ref hbool_t is_enabled, ref size_t page_size);

    [DllImport(H5.Library, EntryPoint = "H5Pget_create_intermediate_group")]
    public static extern herr_t get_create_intermediate_group(hid_t lcpl_id, ref uint crt_intermed_group);

    [DllImport(H5.Library, EntryPoint = "H5Pget_data_transform")]
    public static extern ssize_t get_data_transform(hid_t plist_id, [In, Out] StringBuilder expression, size_t size);

    [DllImport(H5.Library, EntryPoint = "H5Pget_dset_no_attrs_hint")]
    public static extern herr_t get_dset_no_attrs_hint(hid_t plist_id, ref hbool_t minimize);

    [DllImport(H5.Library, EntryPoint = "H5Pget_driver")]
    public static extern hid_t get_driver(hid_t plist_id);

    [DllImport(H5.Library, EntryPoint = "H5Pget_driver_info")]
    public static extern IntPtr get_driver_info(hid_t plist_id);

    [DllImport(H5.Library, EntryPoint = "H5Pget_edc_check")]
    public static extern H5Z.EDC_t get_edc_check(hid_t plist);

    [DllImport(H5.Library, EntryPoint = "H5Pget_efile_prefix")]
    public static extern ssize_t get_efile_prefix(hid_t dapl, [In, Out] byte[] prefix, size_t size);

    [DllImport(H5.Library, EntryPoint = "H5Pget_elink_acc_flags")]
    public static extern herr_t get_elink_acc_flags(hid_t lapl_id, ref uint flags);

    [DllImport(H5.Library, EntryPoint = "H5Pget_elink_cb")]
    public static extern herr_t get_elink_cb(hid_t lapl_id, ref H5L.elink_traverse_t func, ref IntPtr op_data);

    [DllImport(H5.Library, EntryPoint = "H5Pget_elink_fapl")]
    public static extern hid_t get_elink_fapl(hid_t lapl_id);

    [DllImport(H5.Library, EntryPoint = "H5Pget_elink_file_cache_size")]
    public static extern herr_t get_elink_file_cache_size(hid_t fapl_id, ref uint efc_size);

    [DllImport(H5.Library, EntryPoint = "H5Pget_elink_prefix")]
    public static extern ssize_t get_elink_prefix(hid_t lapl_id, byte[] prefix, size_t size);

    [DllImport(H5.Library, EntryPoint = "H5Pget_est_link_info")]
    public static extern herr_t get_est_link_info(hid_t gcpl_id, ref uint est_num_entries, ref uint est_name_len);

    [DllImport(H5.Library, EntryPoint = "H5Pget_external")]
    public static extern herr_t get_external(hid_t plist, uint idx, size_t name_size, [In, Out] byte[] name, ref off_t offset,
        ref hsize_t size);

    [DllImport(H5.Library, EntryPoint = "H5Pget_external_count")]
    public static extern int get_external_count(hid_t plist);

    [DllImport(H5.Library, EntryPoint = "H5Pget_family_offset")]
    public static extern herr_t get_family_offset(hid_t fapl_id, ref hsize_t offset);

    [DllImport(H5.Library, EntryPoint = "H5Pget_fapl_core")]
    public static extern herr_t get_fapl_core(hid_t fapl_id, ref size_t increment, ref hbool_t backing_store);

    [DllImport(H5.Library, EntryPoint = "H5Pget_fapl_family")]
    public static extern herr_t get_fapl_family(hid_t fapl_id, ref hsize_t memb_size, ref hid_t memb_fapl_id);

    [DllImport(H5.Library, EntryPoint = "H5Pget_fclose_degree")]
    public static extern herr_t get_fclose_degree(hid_t fapl_id, ref H5F.close_degree_t fc_degree);

    [DllImport(H5.Library, EntryPoint = "H5Pget_file_image")]
    public static extern herr_t get_file_image(hid_t fapl_id, ref IntPtr buf_ptr_ptr, ref size_t buf_len_ptr);

    [DllImport(H5.Library, EntryPoint = "H5Pget_file_image_callbacks")]
    public static extern herr_t get_file_image_callbacks(hid_t fapl_id, ref H5FD.file_image_callbacks_t callbacks_ptr);

    [DllImport(H5.Library, EntryPoint = "H5Pget_file_space")]
    public static extern herr_t get_file_space(hid_t fcpl, ref H5F.file_space_type_t strategy, ref hsize_t threshold);

    [DllImport(H5.Library, EntryPoint = "H5Pget_file_space_page_size")]
    public static extern herr_t get_file_space_page_size(hid_t fcpl, ref hsize_t fsp_size);

    [DllImport(H5.Library, EntryPoint = "H5Pget_file_space_strategy")]
    public static extern herr_t get_file_space_strategy(hid_t fcpl, ref H5F.fspace_strategy_t strategy, ref hbool_t persist,
        ref hsize_t threshold);

    [DllImport(H5.Library, EntryPoint = "H5Pget_fill_time")]
    public static extern herr_t get_fill_time(hid_t plist_id, ref H5D.fill_time_t fill_time);

    [DllImport(H5.Library, EntryPoint = "H5Pget_fill_value")]
    public static extern herr_t get_fill_value(hid_t plist_id, hid_t type_id, IntPtr value);

    [DllImport(H5.Library, EntryPoint = "H5Pget_filter2")]
    public static extern H5Z.filter_t get_filter(hid_t plist_id, uint idx, ref uint flags, ref size_t cd_nelmts, uint[] cd_values,
        size_t namelen, [In, Out] byte[] name, ref uint filter_config);

    [DllImport(H5.Library, EntryPoint = "H5Pget_filter2")]
    public static extern H5Z.filter_t get_filter2(hid_t plist_id, uint filter, ref uint flags, ref hsize_t cd_nelmts, uint* cd_values,
        size_t namelen, string name, ref uint filter_config);

    [DllImport(H5.Library, EntryPoint = "H5Pget_filter_by_id2")]
    public static extern herr_t get_filter_by_id(hid_t plist_id, H5Z.filter_t filter_id, ref uint flags, ref size_t cd_nelmts, [In,
        Out] uint[] cd_values, size_t namelen, [In, Out] byte[] name, ref uint filter_config);

    [DllImport(H5.Library, EntryPoint = "H5Pget_gc_references")]
    public static extern herr_t get_gc_references(hid_t plist, ref uint gc_ref);

    [DllImport(H5.Library, EntryPoint = "H5Pget_hyper_vector_size")]
    public static extern herr_t get_hyper_vector_size(hid_t dxpl_id, ref size_t vector_size);

    [DllImport(H5.Library, EntryPoint = "H5Pget_istore_k")]
    public static extern herr_t get_istore_k(hid_t fcpl_id, ref uint ik);

    /// <summary>How the data set is laid out.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Pget_layout")]
    public static extern H5D.layout_t get_layout(hid_t plist);

    [DllImport(H5.Library, EntryPoint = "H5Pget_libver_bounds")]
    public static extern herr_t get_libver_bounds(hid_t fapl_id, ref H5F.libver_t libver_low, ref H5F.libver_t libver_high);

    [DllImport(H5.Library, EntryPoint = "H5Pget_link_creation_order")]
    public static extern herr_t get_link_creation_order(hid_t gcpl_id, ref uint crt_order_flags);

    [DllImport(H5.Library, EntryPoint = "H5Pget_link_phase_change")]
    public static extern herr_t get_link_phase_change(hid_t gcpl_id, ref uint max_compact, ref uint min_dense);

    [DllImport(H5.Library, EntryPoint = "H5Pget_local_heap_size_hint")]
    public static extern herr_t get_local_heap_size_hint(hid_t gcpl_id, ref size_t size_hint);

    [DllImport(H5.Library, EntryPoint = "H5Pget_mcdt_search_cb")]
    public static extern herr_t get_mcdt_search_cb(hid_t ocpypl_id, ref H5O.mcdt_search_cb_t func, ref IntPtr op_data);

    [DllImport(H5.Library, EntryPoint = "H5Pget_mdc_config")]
    public static extern herr_t get_mdc_config(hid_t plist_id, IntPtr config_ptr);

    [DllImport(H5.Library, EntryPoint = "H5Pget_mdc_image_config")]
    public static extern herr_t get_mdc_image_config(hid_t fapl_id, IntPtr config_ptr);

    [DllImport(H5.Library, EntryPoint = "H5Pget_mdc_log_options")]
    public static extern herr_t get_mdc_log_options(hid_t fapl_id, ref hbool_t is_enabled, [In, Out] StringBuilder location,
        ref size_t location_size, ref hbool_t start_on_access);

    [DllImport(H5.Library, EntryPoint = "H5Pget_meta_block_size")]
    public static extern herr_t get_meta_block_size(hid_t fapl_id, ref hsize_t size);

    [DllImport(H5.Library, EntryPoint = "H5Pget_metadata_read_attempts")]
    public static extern herr_t get_metadata_read_attempts(hid_t fapl, ref uint attempts);

    /// <summary>Number of filters.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Pget_nfilters")]
    public static extern int get_nfilters(hid_t plist);

    [DllImport(H5.Library, EntryPoint = "H5Pget_nlinks")]
    public static extern herr_t get_nlinks(hid_t lapl_id, ref size_t nlinks);

    [DllImport(H5.Library, EntryPoint = "H5Pget_nprops")]
    public static extern herr_t get_nprops(hid_t plist_id, ref size_t nprops);

    [DllImport(H5.Library, EntryPoint = "H5Pget_obj_track_times")]
    public static extern herr_t get_obj_track_times(hid_t ocpl_id, ref hbool_t track_times);

    [DllImport(H5.Library, EntryPoint = "H5Pget_object_flush_cb")]
    public static extern herr_t get_object_flush_cb(hid_t fapl_id, ref H5F.flush_cb_t func, ref IntPtr udata);

    [DllImport(H5.Library, EntryPoint = "H5Pget_page_buffer_size")]
    public static extern herr_t get_page_buffer_size(hid_t fapl_id, ref IntPtr buf_size, ref uint min_meta_perc, ref uint min_raw_perc);

    [DllImport(H5.Library, EntryPoint = "H5Pget_shared_mesg_index")]
    public static extern herr_t get_shared_mesg_index(hid_t fcpl_id, uint index_num, ref uint mesg_type_flags, ref uint min_mesg_size);

    [DllImport(H5.Library, EntryPoint = "H5Pget_shared_mesg_nindexes")]
    public static extern herr_t get_shared_mesg_nindexes(hid_t fcpl_id, ref uint nindexes);

    [DllImport(H5.Library, EntryPoint = "H5Pget_shared_mesg_phase_change")]
    public static extern herr_t get_shared_mesg_phase_change(hid_t fcpl_id, ref uint max_list, ref uint min_btree);

    [DllImport(H5.Library, EntryPoint = "H5Pget_sieve_buf_size")]
    public static extern herr_t get_sieve_buf_size(hid_t fapl_id, ref size_t size);

    [DllImport(H5.Library, EntryPoint = "H5Pget_size")]
    public static extern int get_size(hid_t id, string name, ref size_t size);

    [DllImport(H5.Library, EntryPoint = "H5Pget_sizes")]
    public static extern herr_t get_sizes(hid_t plist, ref size_t sizeof_addr, ref size_t sizeof_size);

    [DllImport(H5.Library, EntryPoint = "H5Pget_small_data_block_size")]
    public static extern herr_t get_small_data_block_size(hid_t fapl_id, ref hsize_t size);

    [DllImport(H5.Library, EntryPoint = "H5Pget_sym_k")]
    public static extern herr_t get_sym_k(hid_t fcpl_id, ref uint ik, ref uint lk);

    [DllImport(H5.Library, EntryPoint = "H5Pget_type_conv_cb")]
    public static extern herr_t get_type_conv_cb(hid_t plist, ref H5T.conv_except_func_t func, ref IntPtr op_data);

    [DllImport(H5.Library, EntryPoint = "H5Pget_userblock")]
    public static extern herr_t get_userblock(hid_t plist, ref hsize_t size);

    [DllImport(H5.Library, EntryPoint = "H5Pget_version")]
    public static extern herr_t get_version(hid_t plist, ref uint super, ref uint freelist, ref uint stab, ref uint shhdr);

    [DllImport(H5.Library, EntryPoint = "H5Pget_virtual_count")]
    public static extern herr_t get_virtual_count(hid_t dcpl_id, ref size_t count);

    [DllImport(H5.Library, EntryPoint = "H5Pget_virtual_dsetname")]
    public static extern ssize_t get_virtual_dsetname(hid_t dcpl_id, size_t index, byte[] name, size_t size);

    [DllImport(H5.Library, EntryPoint = "H5Pget_virtual_dsetname")]
    public static extern ssize_t get_virtual_dsetname(hid_t dcpl_id, size_t index, [In, Out] StringBuilder name, size_t size);

    [DllImport(H5.Library, EntryPoint = "H5Pget_virtual_filename")]
    public static extern ssize_t get_virtual_filename(hid_t dcpl_id, size_t index, [In, Out] StringBuilder name, size_t size);

    [DllImport(H5.Library, EntryPoint = "H5Pget_virtual_prefix")]
    public static extern ssize_t get_virtual_prefix(hid_t dapl, [In, Out] StringBuilder prefix, size_t size);

    [DllImport(H5.Library, EntryPoint = "H5Pget_virtual_printf_gap")]
    public static extern herr_t get_virtual_printf_gap(hid_t plist_id, ref hsize_t gap_size);

    [DllImport(H5.Library, EntryPoint = "H5Pget_virtual_srcspace")]
    public static extern hid_t get_virtual_srcspace(hid_t dcpl_id, size_t index);

    [DllImport(H5.Library, EntryPoint = "H5Pget_virtual_view")]
    public static extern herr_t get_virtual_view(hid_t dapl_id, ref H5D.vds_view_t view);

    [DllImport(H5.Library, EntryPoint = "H5Pget_virtual_vspace")]
    public static extern hid_t get_virtual_vspace(hid_t dcpl_id, size_t index);

    [DllImport(H5.Library, EntryPoint = "H5Pget_vlen_mem_manager")]
    public static extern herr_t get_vlen_mem_manager(hid_t plist, ref H5MM.allocate_t alloc, ref IntPtr alloc_info, ref H5MM.free_t free,
        ref IntPtr free_info);

    [DllImport(H5.Library, EntryPoint = "H5Pinsert2")]
    public static extern herr_t insert(hid_t plid, string name, size_t size, IntPtr value, prp_set_func_t set, prp_get_func_t get,
        prp_delete_func_t delete, prp_copy_func_t copy, prp_compare_func_t compare, prp_close_func_t close);

    [DllImport(H5.Library, EntryPoint = "H5Pisa_class")]
    public static extern htri_t isa_class(hid_t plist, hid_t pclass);

    [DllImport(H5.Library, EntryPoint = "H5Piterate")]
    public static extern int iterate(hid_t id, ref int idx, iterate_t iter_func, IntPtr iter_data);

    [DllImport(H5.Library, EntryPoint = "H5Pmodify_filter")]
    public static extern herr_t modify_filter(hid_t plist_id, H5Z.filter_t filter_id, uint flags, size_t cd_nelmts, uint[] cd_values);

    [DllImport(H5.Library, EntryPoint = "H5Pregister2")]
    public static extern herr_t register(hid_t cls, string name, size_t size, IntPtr default_value, prp_create_func_t create,
        prp_set_func_t set, prp_get_func_t get, prp_delete_func_t delete, prp_copy_func_t copy, prp_compare_func_t compare,
        prp_close_func_t close);

    [DllImport(H5.Library, EntryPoint = "H5Premove")]
    public static extern herr_t remove(hid_t plid, string name);

    [DllImport(H5.Library, EntryPoint = "H5Premove_filter")]
    public static extern herr_t remove_filter(hid_t plist_id, H5Z.filter_t filter);

    [DllImport(H5.Library, EntryPoint = "H5Pset")]
    public static extern herr_t set(hid_t plid, string name, IntPtr value);

    [DllImport(H5.Library, EntryPoint = "H5Pset_alignment")]
    public static extern herr_t set_alignment(hid_t plist, hsize_t threshold, hsize_t alignment);

    /// <summary>When space is allocated in the file.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Pset_alloc_time")]
    public static extern herr_t set_alloc_time(hid_t plist_id, H5D.alloc_time_t alloc_time);

    [DllImport(H5.Library, EntryPoint = "H5Pset_append_flush")]
    public static extern herr_t set_append_flush(hid_t dapl_id, uint ndims, [MarshalAs(UnmanagedType.LPArray)] hsize_t[] boundary,
        H5D.append_cb_t func, IntPtr udata);

    [DllImport(H5.Library, EntryPoint = "H5Pset_attr_creation_order")]
    public static extern herr_t set_attr_creation_order(hid_t ocpl_id, uint crt_order_flags);

    [DllImport(H5.Library, EntryPoint = "H5Pset_attr_phase_change")]
    public static extern herr_t set_attr_phase_change(hid_t ocpl_id, uint max_compact = 8, uint min_dense = 6);

    [DllImport(H5.Library, EntryPoint = "H5Pset_btree_ratios")]
    public static extern herr_t set_btree_ratios(hid_t plist, double left, double middle, double right);

    [DllImport(H5.Library, EntryPoint = "H5Pset_buffer")]
    public static extern herr_t set_buffer(hid_t plist, hsize_t size, IntPtr tconv, IntPtr bkg);

    [DllImport(H5.Library, EntryPoint = "H5Pset_cache")]
    public static extern herr_t set_cache(hid_t plist_id, int mdc_nelmts, size_t rdcc_nslots, size_t rdcc_nbytes, double rdcc_w0);

    /// <summary>Encoding of names.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Pset_char_encoding")]
    public static extern herr_t set_char_encoding(hid_t plist_id, H5T.cset_t encoding);

    /// <summary>Stores the data set in chunks of the given extent.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Pset_chunk")]
    public static extern herr_t set_chunk(hid_t plist_id, int ndims, 
        [MarshalAs(UnmanagedType.LPArray, SizeParamIndex = 1)] hsize_t[] dims);

    /// <summary>Stores the data set in chunks of the given extent.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Pset_chunk")]
    public static extern herr_t set_chunk(hid_t plist_id, int ndims, hsize_t* dims);

    [DllImport(H5.Library, EntryPoint = "H5Pset_chunk_opts")]
    public static extern herr_t set_chunk_opts(hid_t dcpl_id, uint opts);

    [DllImport(H5.Library, EntryPoint = "H5Pset_chunk_cache")]
    public static extern herr_t set_chunk_cache(hid_t dapl_id, size_t rdcc_nslots, size_t rdcc_nbytes, double rdcc_w0);

    [DllImport(H5.Library, EntryPoint = "H5Pset_copy_object")]
    public static extern herr_t set_copy_object(hid_t ocpypl_id, uint copy_options);

    [DllImport(H5.Library, EntryPoint = "H5Pset_core_write_tracking")]
    public static extern herr_t set_core_write_tracking(hid_t fapl_id, hbool_t is_enabled, size_t page_size);

    /// <summary>Makes missing groups on the way when non-zero.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Pset_create_intermediate_group")]
    public static extern herr_t set_create_intermediate_group(hid_t lcpl_id, uint crt_intermed_group);

    [DllImport(H5.Library, EntryPoint = "H5Pset_data_transform")]
    public static extern herr_t set_data_transform(hid_t plist_id, string expression);

    /// <summary>Adds the gzip filter, level 0 to 9.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Pset_deflate")]
    public static extern herr_t set_deflate(hid_t plist_id, uint level);

    [DllImport(H5.Library, EntryPoint = "H5Pset_driver")]
    public static extern herr_t set_driver(hid_t plist_id, hid_t new_driver_id, IntPtr new_driver_info);

    [DllImport(H5.Library, EntryPoint = "H5Pset_dset_no_attrs_hint")]
    public static extern herr_t set_dset_no_attrs_hint(hid_t plist_id, hbool_t minimize);

    [DllImport(H5.Library, EntryPoint = "H5Pset_edc_check")]
    public static extern herr_t set_edc_check(hid_t plist, H5Z.EDC_t check);

    [DllImport(H5.Library, EntryPoint = "H5Pset_efile_prefix")]
    public static extern herr_t set_efile_prefix(hid_t dapl, string prefix);

    [DllImport(H5.Library, EntryPoint = "H5Pset_elink_acc_flags")]
    public static extern herr_t set_elink_acc_flags(hid_t lapl_id, uint flags);

    [DllImport(H5.Library, EntryPoint = "H5Pset_elink_cb")]
    public static extern herr_t set_elink_cb(hid_t lapl_id, H5L.elink_traverse_t func, IntPtr op_data);

    [DllImport(H5.Library, EntryPoint = "H5Pset_elink_fapl")]
    public static extern herr_t set_elink_fapl(hid_t lapl_id, hid_t fapl_id);

    [DllImport(H5.Library, EntryPoint = "H5Pset_elink_file_cache_size")]
    public static extern herr_t set_elink_file_cache_size(hid_t fapl_id, uint efc_size);

    [DllImport(H5.Library, EntryPoint = "H5Pset_elink_prefix")]
    public static extern herr_t set_elink_prefix(hid_t lapl_id, string prefix);

    [DllImport(H5.Library, EntryPoint = "H5Pset_est_link_info")]
    public static extern herr_t set_est_link_info(hid_t gcpl_id, uint est_num_entries, uint est_name_len);

    [DllImport(H5.Library, EntryPoint = "H5Pset_evict_on_close")]
    public static extern herr_t set_evict_on_close(hid_t plist, hbool_t evict_on_close);

    [DllImport(H5.Library, EntryPoint = "H5Pset_external")]
    public static extern herr_t set_external(hid_t plist, string name, off_t offset, hsize_t size);

    [DllImport(H5.Library, EntryPoint = "H5Pset_family_offset")]
    public static extern herr_t set_family_offset(hid_t fapl_id, hsize_t offset);

    [DllImport(H5.Library, EntryPoint = "H5Pset_fapl_core")]
    public static extern herr_t set_fapl_core(hid_t fapl, IntPtr increment, hbool_t backing_store);

    [DllImport(H5.Library, EntryPoint = "H5Pset_fapl_family")]
    public static extern herr_t set_fapl_family(hid_t fapl_id, hsize_t memb_size, hid_t memb_fapl_id);

    [DllImport(H5.Library, EntryPoint = "H5Pset_fapl_log")]
    public static extern herr_t set_fapl_log(hid_t fapl_id, string logfile, ulong flags, size_t buf_size);

    [DllImport(H5.Library, EntryPoint = "H5Pset_fapl_sec2")]
    public static extern herr_t set_fapl_sec2(hid_t fapl_id);

    [DllImport(H5.Library, EntryPoint = "H5Pset_fapl_split")]
    public static extern herr_t set_fapl_split(hid_t fapl_id, string meta_ext, hid_t meta_plist_id, string raw_ext, hid_t raw_plist_id);

    [DllImport(H5.Library, EntryPoint = "H5Pset_fapl_stdio")]
    public static extern herr_t set_fapl_stdio(hid_t fapl_id);

    [DllImport(H5.Library, EntryPoint = "H5Pset_fclose_degree")]
    public static extern herr_t set_fclose_degree(hid_t fapl_id, H5F.close_degree_t fc_degree);

    [DllImport(H5.Library, EntryPoint = "H5Pset_file_image")]
    public static extern herr_t set_file_image(hid_t fapl_id, IntPtr buf_ptr, size_t buf_len);

    [DllImport(H5.Library, EntryPoint = "H5Pset_file_image_callbacks")]
    public static extern herr_t set_file_image_callbacks(hid_t fapl_id, ref H5FD.file_image_callbacks_t callbacks_ptr);

    [DllImport(H5.Library, EntryPoint = "H5Pset_file_space")]
    public static extern herr_t set_file_space(hid_t fcpl, H5F.file_space_type_t strategy, hsize_t threshold = 1);

    [DllImport(H5.Library, EntryPoint = "H5Pset_file_space_page_size")]
    public static extern herr_t set_file_space_page_size(hid_t fcpl, hsize_t fsp_size);

    [DllImport(H5.Library, EntryPoint = "H5Pset_file_space_strategy")]
    public static extern herr_t set_file_space_strategy(hid_t fcpl, H5F.fspace_strategy_t strategy, hbool_t persist, hsize_t threshold);

    /// <summary>When the fill value is written.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Pset_fill_time")]
    public static extern herr_t set_fill_time(hid_t plist_id, H5D.fill_time_t fill_time);

    /// <summary>The value of elements that were never written.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Pset_fill_value")]
    public static extern herr_t set_fill_value(hid_t plist_id, hid_t type_id, IntPtr value);

    /// <summary>Adds a filter by its number.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Pset_filter")]
    public static extern herr_t set_filter(hid_t plist_id, H5Z.filter_t filter_id, uint flags, size_t cd_nelmts, uint[] cd_values);

    [DllImport(H5.Library, EntryPoint = "H5Pset_filter_callback")]
    public static extern herr_t set_filter_callback(hid_t plist, H5Z.filter_func_t func, IntPtr op_data);

    /// <summary>Adds checksums.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Pset_fletcher32")]
    public static extern herr_t set_fletcher32(hid_t plist_id);

    [DllImport(H5.Library, EntryPoint = "H5Pset_gc_references")]
    public static extern herr_t set_gc_reference(hid_t plist, uint gc_ref);

    [DllImport(H5.Library, EntryPoint = "H5Pset_hyper_vector_size")]
    public static extern herr_t set_hyper_vector_size(hid_t dxpl_id, size_t vector_size);

    [DllImport(H5.Library, EntryPoint = "H5Pset_istore_k")]
    public static extern herr_t set_istore_k(hid_t fcpl_id, uint ik);

    /// <summary>Compact, contiguous or chunked.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Pset_layout")]
    public static extern herr_t set_layout(hid_t plist, H5D.layout_t layout);

    /// <summary>Oldest and newest file format that may be written.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Pset_libver_bounds")]
    public static extern herr_t set_libver_bounds(hid_t plist, H5F.libver_t low = H5F.libver_t.EARLIEST,
        H5F.libver_t high = H5F.libver_t.LATEST);

    [DllImport(H5.Library, EntryPoint = "H5Pset_link_creation_order")]
    public static extern herr_t set_link_creation_order(hid_t gcpl_id, uint crt_order_flags);

    [DllImport(H5.Library, EntryPoint = "H5Pset_link_phase_change")]
    public static extern herr_t set_link_phase_change(hid_t gcpl_id, uint max_compact = 8, uint min_dense = 6);

    [DllImport(H5.Library, EntryPoint = "H5Pset_local_heap_size_hint")]
    public static extern herr_t set_local_heap_size_hint(hid_t gcpl_id, size_t size_hint);

    [DllImport(H5.Library, EntryPoint = "H5Pset_mcdt_search_cb")]
    public static extern herr_t set_mcdt_search_cb(hid_t ocpypl_id, H5O.mcdt_search_cb_t func, IntPtr op_data);

    [DllImport(H5.Library, EntryPoint = "H5Pset_mdc_config")]
    public static extern herr_t set_mdc_config(hid_t plist_id, IntPtr config_ptr);

    [DllImport(H5.Library, EntryPoint = "H5Pset_mdc_image_config")]
    public static extern herr_t set_mdc_image_config(hid_t fapl_id, IntPtr config_ptr);

    [DllImport(H5.Library, EntryPoint = "H5Pset_mdc_log_options")]
    public static extern herr_t set_mdc_log_options(hid_t fapl_id, hbool_t is_enabled, string location, hbool_t start_on_access);

    [DllImport(H5.Library, EntryPoint = "H5Pset_meta_block_size")]
    public static extern herr_t set_meta_block_size(hid_t fapl_id, hsize_t size);

    [DllImport(H5.Library, EntryPoint = "H5Pset_metadata_read_attempts")]
    public static extern herr_t set_metadata_read_attempts(hid_t fapl, uint attempts);

    [DllImport(H5.Library, EntryPoint = "H5Pset_nbit")]
    public static extern herr_t set_nbit(hid_t plist_id);

    [DllImport(H5.Library, EntryPoint = "H5Pset_nlinks")]
    public static extern herr_t set_nlinks(hid_t lapl_id, size_t nlinks);

    [DllImport(H5.Library, EntryPoint = "H5Pset_obj_track_times")]
    public static extern herr_t set_obj_track_times(hid_t ocpl_id, hbool_t track_times);

    [DllImport(H5.Library, EntryPoint = "H5Pset_object_flush_cb")]
    public static extern herr_t set_object_flush_cb(hid_t plist_id, H5F.flush_cb_t func, IntPtr udata);

    [DllImport(H5.Library, EntryPoint = "H5Pset_page_buffer_size")]
    public static extern herr_t set_page_buffer_size(hid_t fapl_id, IntPtr buf_size, uint min_meta_perc, uint min_raw_perc);

    [DllImport(H5.Library, EntryPoint = "H5Pset_scaleoffset")]
    public static extern herr_t set_scaleoffset(hid_t plist_id, H5Z.SO_scale_type_t scale_type, int scale_factor);

    [DllImport(H5.Library, EntryPoint = "H5Pset_shared_mesg_index")]
    public static extern herr_t set_shared_mesg_index(hid_t fcpl_id, uint index_num, uint mesg_type_flags, uint min_mesg_size);

    [DllImport(H5.Library, EntryPoint = "H5Pset_shared_mesg_nindexes")]
    public static extern herr_t set_shared_mesg_nindexes(hid_t plist_id, uint nindexes);

    [DllImport(H5.Library, EntryPoint = "H5Pset_shared_mesg_phase_change")]
    public static extern herr_t set_shared_mesg_phase_change(hid_t fcpl_id, uint max_list, uint min_btree);

    /// <summary>Adds the byte shuffle filter.</summary>
    [DllImport(H5.Library, EntryPoint = "H5Pset_shuffle")]
    public static extern herr_t set_shuffle(hid_t plist_id);

    [DllImport(H5.Library, EntryPoint = "H5Pset_sieve_buf_size")]
    public static extern herr_t set_sieve_buf_size(hid_t fapl_id, size_t size);

    [DllImport(H5.Library, EntryPoint = "H5Pset_sizes")]
    public static extern herr_t set_sizes(hid_t plist, size_t sizeof_addr, size_t sizeof_size);

    [DllImport(H5.Library, EntryPoint = "H5Pset_small_data_block_size")]
    public static extern herr_t set_small_data_block_size(hid_t fapl_id, hsize_t size = 2048);

    [DllImport(H5.Library, EntryPoint = "H5Pset_sym_k")]
    public static extern herr_t set_sym_k(hid_t fcpl_id, uint ik, uint lk);

    [DllImport(H5.Library, EntryPoint = "H5Pset_szip")]
    public static extern herr_t set_szip(hid_t plist, uint options_mask, uint pixels_per_block);

    [DllImport(H5.Library, EntryPoint = "H5Pset_type_conv_cb")]
    public static extern herr_t set_type_conv_cb(hid_t plist, H5T.conv_except_func_t func, IntPtr op_data);

    [DllImport(H5.Library, EntryPoint = "H5Pset_userblock")]
    public static extern herr_t set_userblock(hid_t plist, hsize_t size);

    [DllImport(H5.Library, EntryPoint = "H5Pset_virtual")]
    public static extern herr_t set_virtual(hid_t dcpl_id, hid_t vspace_id, string src_file_name, string src_dset_name,
        hid_t src_space_id);

    [DllImport(H5.Library, EntryPoint = "H5Pset_virtual_prefix")]
    public static extern herr_t set_virtual_prefix(hid_t dapl, string prefix);

    [DllImport(H5.Library, EntryPoint = "H5Pset_virtual_printf_gap")]
    public static extern herr_t set_virtual_printf_gap(hid_t dapl_id, hsize_t gap_size);

    [DllImport(H5.Library, EntryPoint = "H5Pset_virtual_view")]
    public static extern herr_t set_virtual_view(hid_t plist_id, H5D.vds_view_t view);

    [DllImport(H5.Library, EntryPoint = "H5Pset_vlen_mem_manager")]
    public static extern herr_t set_vlen_mem_manager(hid_t plist, H5MM.allocate_t alloc, IntPtr alloc_info, H5MM.free_t free,
        IntPtr free_info);

    [DllImport(H5.Library, EntryPoint = "H5Punregister")]
    public static extern herr_t unregister(hid_t cls, string name);
}
