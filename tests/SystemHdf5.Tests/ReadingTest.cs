// Files written by h5py, read through the declarations.
using System.Runtime.InteropServices;
using System.Text;
using HDF.PInvoke;

namespace SystemHdf5.Tests;

public sealed unsafe class ReadingTest : IDisposable
{
    private readonly long file = H5F.open(Fixtures.Of("everything.h5"), H5F.ACC_RDONLY);

    public ReadingTest()
    {
        Assert.True(file >= 0);
        H5E.set_auto(H5E.DEFAULT, null!, IntPtr.Zero);
    }

    public void Dispose() => H5F.close(file);

    [Fact]
    public void The_library_is_of_the_series_that_the_declarations_are_for()
    {
        uint major = 0, minor = 0, release = 0;
        Assert.True(H5.get_libversion(ref major, ref minor, ref release) >= 0);
        Assert.Equal((1u, 10u), (major, minor));
    }

    [Fact]
    public void Links_are_walked_in_order_and_visited_below()
    {
        var names = new List<string>();
        H5L.iterate_t add = (long _, IntPtr name, ref H5L.info_t _, IntPtr _) =>
        {
            names.Add(Marshal.PtrToStringUTF8(name)!);
            return 0;
        };
        ulong index = 0;
        Assert.Equal(0, H5L.iterate(file, H5.index_t.NAME, H5.iter_order_t.INC, ref index, add, IntPtr.Zero));
        Assert.Equal(["0000", "empty", "integers", "soft"], names);
        Assert.Equal(4u, index);

        names.Clear();
        Assert.Equal(0, H5L.visit(file, H5.index_t.NAME, H5.iter_order_t.INC, add, IntPtr.Zero));
        Assert.Equal(["0000", "0000/data", "0000/grid", "0000/grid/x", "empty", "integers", "soft"], names);
        GC.KeepAlive(add);

        var info = new H5L.info_t();
        Assert.Equal(0, H5L.get_info(file, "soft", ref info));
        Assert.Equal(H5L.type_t.SOFT, info.type);
        Assert.True(H5L.exists(file, "0000/grid") > 0);
        Assert.Equal(0, H5L.exists(file, "0001"));
    }

    [Fact]
    public void Attributes_are_walked_and_read_in_their_kinds()
    {
        var group = H5G.open(file, "0000");
        var names = new List<string>();
        H5A.operator_t add = (long _, IntPtr name, ref H5A.info_t info, IntPtr _) =>
        {
            names.Add($"{Marshal.PtrToStringUTF8(name)}:{info.data_size}");
            return 0;
        };
        ulong index = 0;
        Assert.Equal(0, H5A.iterate(group, H5.index_t.NAME, H5.iter_order_t.INC, ref index, add, IntPtr.Zero));
        GC.KeepAlive(add);
        Assert.Equal(["config:16", "fixed:10"], names);

        // A text of variable length, encoded as UTF-8, that the library allocates.
        var attribute = H5A.open(group, "config");
        var type = H5A.get_type(attribute);
        var space = H5A.get_space(attribute);
        Assert.True(H5T.is_variable_str(type) > 0);
        Assert.Equal(H5T.cset_t.UTF8, H5T.get_cset(type));
        var text = IntPtr.Zero;
        Assert.True(H5A.read(attribute, type, (IntPtr)(&text)) >= 0);
        Assert.Equal("seed: 0\nname: café\n", Marshal.PtrToStringUTF8(text));
        Assert.True(H5D.vlen_reclaim(type, space, H5P.DEFAULT, (IntPtr)(&text)) >= 0);
        H5S.close(space);
        H5T.close(type);
        H5A.close(attribute);

        attribute = H5A.open(file, "answer");
        long answer;
        Assert.True(H5A.read(attribute, H5T.NATIVE_INT64, (IntPtr)(&answer)) >= 0);
        Assert.Equal(42, answer);
        H5A.close(attribute);
        Assert.Equal(0, H5A.exists(file, "question"));
        H5G.close(group);
    }

    [Fact]
    public void A_hyperslab_of_big_endian_integers_is_converted()
    {
        var dataset = H5D.open(file, "integers");
        var type = H5D.get_type(dataset);
        Assert.Equal((H5T.class_t.INTEGER, H5T.order_t.BE), (H5T.get_class(type), H5T.get_order(type)));
        var space = H5D.get_space(dataset);
        Assert.Equal(0, H5S.select_hyperslab(space, H5S.seloper_t.SET, [1], [2], [3], null!));
        Assert.Equal(3, H5S.get_select_npoints(space));
        var memory = H5S.create_simple(1, [3], null!);
        var values = new double[3];
        fixed (double* start = values)
            Assert.True(H5D.read(dataset, H5T.NATIVE_DOUBLE, memory, space, H5P.DEFAULT, (IntPtr)start) >= 0);
        Assert.Equal([-2, 0, 2], values);
        H5S.close(memory);
        H5S.close(space);
        H5T.close(type);
        H5D.close(dataset);
    }

    [Fact]
    public void Filters_of_a_data_set_are_known_and_undone()
    {
        var chunked = H5F.open(Fixtures.Of("cfd_chunked.hdf5"), H5F.ACC_RDONLY);
        var dataset = H5D.open(chunked, "density");
        var creation = H5D.get_create_plist(dataset);
        var chunk = new ulong[3];
        Assert.Equal(3, H5P.get_chunk(creation, 3, chunk));
        Assert.Equal([1, 2, 8], chunk);
        Assert.Equal(H5D.layout_t.CHUNKED, H5P.get_layout(creation));
        Assert.Equal(3, H5P.get_nfilters(creation));
        Assert.True(H5P.all_filters_avail(creation) > 0);
        var values = new float[3 * 4 * 8];
        fixed (float* start = values)
            Assert.True(H5D.read(dataset, H5T.NATIVE_FLOAT, H5S.ALL, H5S.ALL, H5P.DEFAULT, (IntPtr)start) >= 0);
        Assert.Equal(1 + 2 + 3 / 10f + 7 / 100f, values[^1], 1e-6f);
        H5P.close(creation);
        H5D.close(dataset);
        H5F.close(chunked);
    }

    [Fact]
    public void An_unknown_filter_is_an_error_whose_text_names_it()
    {
        var dataset = H5D.open(file, "0000/data");
        var values = new float[24];
        int status;
        fixed (float* start = values)
            status = H5D.read(dataset, H5T.NATIVE_FLOAT, H5S.ALL, H5S.ALL, H5P.DEFAULT, (IntPtr)start);
        var text = ErrorText();
        Assert.SkipWhen(status >= 0, "this machine's HDF5 finds an LZF plug-in");
        Assert.Contains("lzf", text);
        H5D.close(dataset);
    }

    [Fact]
    public void A_failed_call_leaves_its_reasons_on_the_error_stack()
    {
        Assert.True(H5D.open(file, "no such data set") < 0);
        Assert.True(H5E.get_num(H5E.DEFAULT) > 0);
        Assert.Contains("no such data set", ErrorText());
        H5E.clear(H5E.DEFAULT);
        Assert.Equal(0, (long)H5E.get_num(H5E.DEFAULT));
    }

    [Fact]
    public void Names_are_read_into_a_builder_and_into_bytes()
    {
        var dataset = H5D.open(file, "integers");
        var name = new StringBuilder(64);
        Assert.Equal(9, (long)H5I.get_name(dataset, name, 64));
        Assert.Equal("/integers", name.ToString());
        var bytes = new byte[16];
        Assert.Equal(8, (long)H5L.get_name_by_idx(file, Encoding.UTF8.GetBytes(".\0"), H5.index_t.NAME, H5.iter_order_t.INC, 2, bytes, 16));
        Assert.Equal("integers", Encoding.UTF8.GetString(bytes).TrimEnd('\0'));
        Assert.Equal(H5I.type_t.DATASET, H5I.get_type(dataset));
        H5D.close(dataset);
    }

    private static string ErrorText()
    {
        var lines = new StringBuilder();
        H5E.walk_t add = (uint _, ref H5E.error_t error, IntPtr _) =>
        {
            lines.AppendLine($"{error.func_name}: {error.desc}");
            return 0;
        };
        H5E.walk(H5E.DEFAULT, H5E.direction_t.H5E_WALK_DOWNWARD, add, IntPtr.Zero);
        GC.KeepAlive(add);
        return lines.ToString();
    }
}
