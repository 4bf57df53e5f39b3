// The property list classes: identifiers that the library exports as variables once it runs.
namespace HDF.PInvoke;

public static unsafe partial class H5P
{
    public static hid_t ROOT => H5.Global("H5P_CLS_ROOT_ID_g");
    public static hid_t OBJECT_CREATE => H5.Global("H5P_CLS_OBJECT_CREATE_ID_g");
    public static hid_t FILE_CREATE => H5.Global("H5P_CLS_FILE_CREATE_ID_g");
    public static hid_t FILE_ACCESS => H5.Global("H5P_CLS_FILE_ACCESS_ID_g");
    public static hid_t DATASET_CREATE => H5.Global("H5P_CLS_DATASET_CREATE_ID_g");
    public static hid_t DATASET_ACCESS => H5.Global("H5P_CLS_DATASET_ACCESS_ID_g");
    public static hid_t DATASET_XFER => H5.Global("H5P_CLS_DATASET_XFER_ID_g");
    public static hid_t FILE_MOUNT => H5.Global("H5P_CLS_FILE_MOUNT_ID_g");
    public static hid_t GROUP_CREATE => H5.Global("H5P_CLS_GROUP_CREATE_ID_g");
    public static hid_t GROUP_ACCESS => H5.Global("H5P_CLS_GROUP_ACCESS_ID_g");
    public static hid_t DATATYPE_CREATE => H5.Global("H5P_CLS_DATATYPE_CREATE_ID_g");
    public static hid_t DATATYPE_ACCESS => H5.Global("H5P_CLS_DATATYPE_ACCESS_ID_g");
    public static hid_t STRING_CREATE => H5.Global("H5P_CLS_STRING_CREATE_ID_g");
    public static hid_t ATTRIBUTE_CREATE => H5.Global("H5P_CLS_ATTRIBUTE_CREATE_ID_g");
    public static hid_t OBJECT_COPY => H5.Global("H5P_CLS_OBJECT_COPY_ID_g");
    public static hid_t LINK_CREATE => H5.Global("H5P_CLS_LINK_CREATE_ID_g");
    public static hid_t LINK_ACCESS => H5.Global("H5P_CLS_LINK_ACCESS_ID_g");
    public static hid_t LST_FILE_CREATE => H5.Global("H5P_LST_FILE_CREATE_ID_g");
    public static hid_t LST_FILE_ACCESS => H5.Global("H5P_LST_FILE_ACCESS_ID_g");
    public static hid_t LST_DATASET_CREATE => H5.Global("H5P_LST_DATASET_CREATE_ID_g");
    public static hid_t LST_DATASET_ACCESS => H5.Global("H5P_LST_DATASET_ACCESS_ID_g");
    public static hid_t LST_DATASET_XFER => H5.Global("H5P_LST_DATASET_XFER_ID_g");
    public static hid_t LST_FILE_MOUNT => H5.Global("H5P_LST_FILE_MOUNT_ID_g");
    public static hid_t LST_GROUP_CREATE => H5.Global("H5P_LST_GROUP_CREATE_ID_g");
    public static hid_t LST_GROUP_ACCESS => H5.Global("H5P_LST_GROUP_ACCESS_ID_g");
    public static hid_t LST_DATATYPE_CREATE => H5.Global("H5P_LST_DATATYPE_CREATE_ID_g");
    public static hid_t LST_DATATYPE_ACCESS => H5.Global("H5P_LST_DATATYPE_ACCESS_ID_g");
    public static hid_t LST_ATTRIBUTE_CREATE => H5.Global("H5P_LST_ATTRIBUTE_CREATE_ID_g");
    public static hid_t LST_OBJECT_COPY => H5.Global("H5P_LST_OBJECT_COPY_ID_g");
    public static hid_t LST_LINK_CREATE => H5.Global("H5P_LST_LINK_CREATE_ID_g");
    public static hid_t LST_LINK_ACCESS => H5.Global("H5P_LST_LINK_ACCESS_ID_g");
}
