// How a data file is laid out: everything of it but the fields' values.
using HDF.PInvoke;
using ModelBalancing.Pde.Solvers;

namespace ModelBalancing.Pde.PdeBench;

/// <summary>A layout whose values lie contiguously at places known from the start, so that a file can be written sample by sample and go on after
/// an interruption.</summary>
public abstract record PdeLayout
{
    /// <summary>Number of samples, ≥ 1.</summary>
    public required int Samples { get; init; }

    /// <summary>How the file was made, as JSON; stored in the root attribute <c>workbook</c>. Null: no such attribute, the published layout exactly.</summary>
    public string? Origin { get; init; }

    /// <summary>Bytes of the finished file's fields and coordinates; the file has some 4 KiB more.</summary>
    public abstract long DataBytes { get; }

    /// <summary>Data sets of every sample.</summary>
    internal abstract int DatasetsPerSample { get; }

    /// <summary>Writes everything but the fields' values into a new file.</summary>
    internal abstract void WriteFrame(Hdf5Session session);

    /// <summary>Where the fields' values begin in the file, data set by data set.</summary>
    internal abstract long[] Starts(Hdf5Session session);

    /// <summary>Where one sample of one data set belongs.</summary>
    internal abstract long Place(long[] starts, int dataset, int sample);

    /// <summary>The values of one sample of one data set.</summary>
    internal abstract ReadOnlySpan<float> Values(Trajectories<float> block, int dataset, int sample);

    /// <summary>Checks the layout, and that a block belongs to it when one is given.</summary>
    /// <exception cref="ArgumentException">It does not.</exception>
    internal abstract void Check(Trajectories<float>? block);

    /// <summary>Properties of a data set as h5py makes it, with all space reserved at once and never filled.</summary>
    internal static long Creation(Hdf5Session session)
    {
        var creation = session.Own(H5P.create(H5P.DATASET_CREATE), H5P.close, "prepare the data sets");
        H5P.set_obj_track_times(creation, 0);
        H5P.set_alloc_time(creation, H5D.alloc_time_t.EARLY);
        H5P.set_fill_time(creation, H5D.fill_time_t.NEVER);
        return creation;
    }

    private protected static long CreateField(Hdf5Session session, long owner, long creation, string name, IReadOnlyList<int> shape)
    {
        var space = session.Own(H5S.create_simple(shape.Count, [.. shape.Select(n => (ulong)n)], null!), H5S.close, $"describe '{name}'");
        return session.Own(H5D.create(owner, name, H5T.IEEE_F32LE, space, H5P.DEFAULT, creation), H5D.close, $"create '{name}'");
    }

    private protected static unsafe void WriteCoordinate(Hdf5Session session, long owner, long creation, string name, float[] values)
    {
        var dataset = CreateField(session, owner, creation, name, [values.Length]);
        fixed (float* start = values)
            session.Check(H5D.write(dataset, H5T.NATIVE_FLOAT, H5S.ALL, H5S.ALL, H5P.DEFAULT, (IntPtr)start), $"write '{name}'");
    }

    internal static unsafe void WriteText(Hdf5Session session, long owner, string name, string text)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(text);
        var type = session.Own(H5T.copy(H5T.C_S1), H5T.close, "prepare a text");
        H5T.set_size(type, bytes.Length);
        H5T.set_cset(type, H5T.cset_t.UTF8);
        H5T.set_strpad(type, H5T.str_t.NULLPAD);
        var scalar = session.Own(H5S.create(H5S.class_t.SCALAR), H5S.close, "describe the attributes");
        var attribute = session.Own(H5A.create(owner, name, type, scalar), H5A.close, $"create the attribute '{name}'");
        fixed (byte* start = bytes)
            session.Check(H5A.write(attribute, type, (IntPtr)start), $"write the attribute '{name}'");
    }

    private protected static unsafe void WriteNumber(Hdf5Session session, string name, double value)
    {
        var scalar = session.Own(H5S.create(H5S.class_t.SCALAR), H5S.close, "describe the attributes");
        var attribute = session.Own(H5A.create(session.File, name, H5T.IEEE_F64LE, scalar), H5A.close, $"create the attribute '{name}'");
        session.Check(H5A.write(attribute, H5T.NATIVE_DOUBLE, (IntPtr)(&value)), $"write the attribute '{name}'");
    }

    /// <summary>Where a contiguous data set begins in the file.</summary>
    private protected static long Start(Hdf5Session session, string name)
    {
        var dataset = session.Own(H5D.open(session.File, name), H5D.close, $"open '{name}'");
        var offset = H5D.get_offset(dataset);
        if (offset == ulong.MaxValue)
            session.Check(-1, $"find where '{name}' is stored");
        return (long)offset;
    }

    /// <summary>Cell centres in float32.</summary>
    internal static float[] CellCentres(double min, double max, int points) => Array.ConvertAll(new FlowSettings { XMin = min, XMax = max }.CellCentres(points), x => (float)x);

    /// <summary>Times in float32: <paramref name="count"/> entries from 0.</summary>
    internal static float[] Times(int count, double interval) => [.. Enumerable.Range(0, count).Select(k => (float)(k * interval))];
}
