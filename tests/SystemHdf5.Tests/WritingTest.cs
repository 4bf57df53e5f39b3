// Round trips: what is written through the declarations is read again.
using System.Reflection;
using System.Runtime.InteropServices;
using HDF.PInvoke;

namespace SystemHdf5.Tests;

public sealed unsafe class WritingTest : IDisposable
{
    private readonly string path = Path.Combine(Path.GetTempPath(), $"workbook-{Guid.NewGuid():N}.h5");

    public WritingTest() => H5E.set_auto(H5E.DEFAULT, null!, IntPtr.Zero);

    public void Dispose() => File.Delete(path);

    [Fact]
    public void A_compressed_data_set_comes_back_and_takes_less_room()
    {
        var values = Enumerable.Range(0, 64 * 64).Select(i => (float)(i / 64)).ToArray();
        var file = H5F.create(path, H5F.ACC_TRUNC);
        var creation = H5P.create(H5P.DATASET_CREATE);
        Assert.Equal(0, H5P.set_chunk(creation, 2, [16, 64]));
        Assert.Equal(0, H5P.set_shuffle(creation));
        Assert.Equal(0, H5P.set_deflate(creation, 6));
        Assert.Equal(0, H5P.set_fletcher32(creation));
        var space = H5S.create_simple(2, [64, 64], [H5S.UNLIMITED, 64]);
        var dataset = H5D.create(file, "data", H5T.IEEE_F32LE, space, H5P.DEFAULT, creation);
        fixed (float* start = values)
            Assert.Equal(0, H5D.write(dataset, H5T.NATIVE_FLOAT, H5S.ALL, H5S.ALL, H5P.DEFAULT, (IntPtr)start));
        Assert.Equal(0, H5F.flush(file, H5F.scope_t.GLOBAL));
        Assert.InRange(H5D.get_storage_size(dataset), 1u, 4u * 64 * 64 / 10);
        Assert.Equal(0, H5D.set_extent(dataset, [128, 64]));
        H5D.close(dataset);
        H5S.close(space);
        H5P.close(creation);
        H5F.close(file);

        file = H5F.open(path, H5F.ACC_RDONLY);
        dataset = H5D.open(file, "data");
        space = H5D.get_space(dataset);
        ulong[] extent = new ulong[2], largest = new ulong[2];
        Assert.Equal(2, H5S.get_simple_extent_dims(space, extent, largest));
        Assert.Equal([128, 64], extent);
        Assert.Equal([H5S.UNLIMITED, 64], largest);
        var read = new float[128 * 64];
        fixed (float* start = read)
            Assert.Equal(0, H5D.read(dataset, H5T.NATIVE_FLOAT, H5S.ALL, H5S.ALL, H5P.DEFAULT, (IntPtr)start));
        Assert.Equal(values, read[..values.Length]);
        Assert.All(read[values.Length..], v => Assert.Equal(0, v));
        H5S.close(space);
        H5D.close(dataset);
        H5F.close(file);
    }

    [Fact]
    public void Groups_links_and_attributes_come_back()
    {
        var file = H5F.create(path, H5F.ACC_EXCL);
        var links = H5P.create(H5P.LINK_CREATE);
        Assert.Equal(0, H5P.set_create_intermediate_group(links, 1));
        var group = H5G.create(file, "runs/müller/0001", links);
        Assert.True(group >= 0);
        Assert.Equal(0, H5L.create_soft("/runs", file, "alias"));
        var scalar = H5S.create(H5S.class_t.SCALAR);
        var attribute = H5A.create(group, "eta", H5T.IEEE_F64LE, scalar);
        var eta = 0.01;
        Assert.Equal(0, H5A.write(attribute, H5T.NATIVE_DOUBLE, (IntPtr)(&eta)));
        H5A.close(attribute);
        var type = H5T.copy(H5T.C_S1);
        Assert.Equal(0, H5T.set_size(type, H5T.VARIABLE));
        Assert.Equal(0, H5T.set_cset(type, H5T.cset_t.UTF8));
        attribute = H5A.create(group, "note", type, scalar);
        var text = Marshal.StringToCoTaskMemUTF8("größer");
        Assert.Equal(0, H5A.write(attribute, type, (IntPtr)(&text)));
        Marshal.FreeCoTaskMem(text);
        H5A.close(attribute);
        H5G.close(group);
        H5P.close(links);
        Assert.Equal(0, H5F.close(file));
        Assert.True(H5F.is_hdf5(path) > 0);

        file = H5F.open(path, H5F.ACC_RDWR);
        group = H5G.open(file, "alias/müller/0001");
        Assert.True(group >= 0);
        attribute = H5A.open(group, "note");
        IntPtr back;
        Assert.Equal(0, H5A.read(attribute, type, (IntPtr)(&back)));
        Assert.Equal("größer", Marshal.PtrToStringUTF8(back));
        Assert.Equal(0, H5.free_memory(back));
        H5A.close(attribute);
        var info = new H5G.info_t();
        Assert.Equal(0, H5G.get_info_by_name(file, "runs", ref info));
        Assert.Equal(1u, info.nlinks);
        Assert.Equal(0, H5A.delete(group, "eta"));
        Assert.Equal(0, H5A.exists(group, "eta"));
        Assert.Equal(0, H5L.delete(file, "alias"));
        H5G.close(group);
        H5T.close(type);
        H5S.close(scalar);
        H5F.close(file);
    }

    [Fact]
    public void A_filter_written_in_CSharp_can_be_registered_and_used()
    {
        const H5Z.filter_t number = (H5Z.filter_t)300;
        // Each byte is inverted, in place, in both directions.
        H5Z.func_t invert = (uint _, IntPtr _, uint[] _, IntPtr bytes, ref IntPtr _, ref IntPtr buffer) =>
        {
            foreach (ref var value in new Span<byte>((void*)buffer, (int)bytes))
                value = (byte)~value;
            return bytes;
        };
        var name = Marshal.StringToHGlobalAnsi("invert");
        var filter = new H5Z.class_t { version = 1, id = number, encoder_present = 1, decoder_present = 1, name = (byte*)name, filter = invert };
        Assert.Equal(0, H5Z.register(ref filter));
        Assert.True(H5Z.filter_avail(number) > 0);

        var file = H5F.create(path, H5F.ACC_TRUNC);
        var creation = H5P.create(H5P.DATASET_CREATE);
        H5P.set_chunk(creation, 1, [4]);
        Assert.Equal(0, H5P.set_filter(creation, number, 0, IntPtr.Zero, null!));
        var space = H5S.create_simple(1, [8], null!);
        var dataset = H5D.create(file, "data", H5T.STD_U8LE, space, H5P.DEFAULT, creation);
        byte[] values = [1, 2, 3, 4, 5, 6, 7, 8], read = new byte[8];
        fixed (byte* start = values)
            Assert.Equal(0, H5D.write(dataset, H5T.NATIVE_UINT8, H5S.ALL, H5S.ALL, H5P.DEFAULT, (IntPtr)start));
        H5D.close(dataset);
        H5F.close(file);
        Assert.Contains("FEFDFCFB", Convert.ToHexString(File.ReadAllBytes(path)));

        file = H5F.open(path, H5F.ACC_RDONLY);
        dataset = H5D.open(file, "data");
        fixed (byte* start = read)
            Assert.Equal(0, H5D.read(dataset, H5T.NATIVE_UINT8, H5S.ALL, H5S.ALL, H5P.DEFAULT, (IntPtr)start));
        Assert.Equal(values, read);
        H5D.close(dataset);
        H5S.close(space);
        H5P.close(creation);
        H5F.close(file);
        Assert.Equal(0, H5Z.unregister(number));
        GC.KeepAlive(invert);
        Marshal.FreeHGlobal(name);
    }

    [Fact]
    public void Every_declared_function_and_identifier_is_in_the_library()
    {
        var library = NativeLibrary.Load("libhdf5_serial.so.103", typeof(H5).Assembly, null);
        var missing = typeof(H5).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.Public))
            .Select(method => method.GetCustomAttribute<DllImportAttribute>()?.EntryPoint)
            .Where(entry => entry is not null && !NativeLibrary.TryGetExport(library, entry, out _));
        Assert.Empty(missing);
        foreach (var type in new[] { typeof(H5T), typeof(H5P), typeof(H5E) })
            foreach (var property in type.GetProperties(BindingFlags.Static | BindingFlags.Public))
                Assert.True((long)property.GetValue(null)! > 0, $"{type.Name}.{property.Name}");
    }

    [Fact]
    public void Structures_are_as_large_as_in_C()
    {
        // sizeof in HDF5 1.10.8 on x86-64.
        Assert.Equal(24, sizeof(H5A.info_t));
        Assert.Equal(32, sizeof(H5G.info_t));
        Assert.Equal(32, sizeof(H5L.info_t));
        Assert.Equal(160, sizeof(H5O.info_t));
        Assert.Equal(80, sizeof(H5F.info_t));
        Assert.Equal(24, sizeof(H5T.cdata_t));
        Assert.Equal(1216, sizeof(H5AC.cache_config_t));
    }

    [Fact]
    public void The_copy_already_in_the_process_is_the_one_used()
    {
        H5.open();
        var copies = File.ReadLines("/proc/self/maps").Select(line => line[(line.IndexOf('/') is var at && at >= 0 ? at : line.Length)..])
            .Where(file => Path.GetFileName(file).StartsWith("libhdf5") && !file.Contains("_hl")).Distinct();
        Assert.Single(copies);
    }
}
