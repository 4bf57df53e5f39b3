// A short visit to an HDF5 file: identifiers are closed in reverse order, failures become sentences.
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using HDF.PInvoke;

namespace ModelBalancing.Pde.PdeBench;

/// <summary>Open identifiers of one file, released together. The library is not thread-safe, so a session holds the process-wide lock.</summary>
internal sealed class Hdf5Session : IDisposable
{
    private static readonly Lock Gate = new();

    private const long MostText = 1 << 20;

    private const string Contiguous = "contiguous";

    // Entries of a coordinate; more are a damaged file's.
    private const long MostCoordinates = 1 << 24;

    private readonly string path;
    private readonly Stack<(long Id, Func<long, int> Close)> open = new();
    private bool locked;

    private Hdf5Session(string path)
    {
        this.path = path;
        Gate.Enter();
        locked = true;
    }

    public long File { get; private set; } = -1;

    /// <summary>Identifiers that are kept now.</summary>
    public int Count => open.Count;

    /// <summary>Opens an existing file.</summary>
    public static Hdf5Session Open(string path, bool write = false)
    {
        if (!System.IO.File.Exists(path))
            throw new PdeFileException($"{path} does not exist: generate one with `./workbook data generate` or correct the path.");
        return Start(path, access => H5F.open(path, write ? H5F.ACC_RDWR : H5F.ACC_RDONLY, access), session => session.WhyNotOpened());
    }

    /// <summary>Creates a file, replacing an existing one.</summary>
    public static Hdf5Session Create(string path) =>
        Start(path, access => H5F.create(path, H5F.ACC_TRUNC, H5P.DEFAULT, access), session => $"{path} could not be created: {session.Reason()}.");

    private static Hdf5Session Start(string path, Func<long, long> open, Func<Hdf5Session, string> sentence)
    {
        var session = new Hdf5Session(path);
        try
        {
            // The library prints every failure by itself unless told not to; the sentence below is enough.
            H5E.set_auto(H5E.DEFAULT, null!, IntPtr.Zero);
            LzfFilter.Register();
            // Closing the file closes whatever a failure left open in it.
            var access = H5P.create(H5P.FILE_ACCESS);
            H5P.set_fclose_degree(access, H5F.close_degree_t.STRONG);
            session.File = open(access);
            var failed = session.File < 0 ? sentence(session) : null;
            H5P.close(access);
            if (failed is not null)
                throw new PdeFileException(failed);
            return session;
        }
        catch (TypeInitializationException cause) when (cause.GetBaseException() is DllNotFoundException missing)
        {
            session.Dispose();
            throw new PdeFileException(missing.Message, cause);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>Keeps an identifier until the session ends.</summary>
    /// <param name="id">What the library returned; negative means failure.</param>
    /// <param name="close">How it is given back.</param>
    /// <param name="doing">What was being done, for the sentence: "read the data set 'density'".</param>
    public long Own(long id, Func<long, int> close, string doing)
    {
        if (id < 0)
            throw Failure(doing);
        open.Push((id, close));
        return id;
    }

    /// <summary>Throws when a call failed.</summary>
    public void Check(int status, string doing)
    {
        if (status < 0)
            throw Failure(doing);
    }

    /// <summary>Ends the session and says so when the last bytes could not be written.</summary>
    public void Finish()
    {
        CloseObjects();
        var status = H5F.close(File);
        if (status < 0)
        {
            var reason = Reason();
            // A failed flush leaves the file open inside the library; a second close gives the identifier back.
            H5F.close(File);
            File = -1;
            throw new PdeFileException($"{path} could not be written to the end: {reason}.");
        }
        File = -1;
    }

    public void Dispose()
    {
        CloseObjects();
        if (File >= 0)
            H5F.close(File);
        File = -1;
        if (locked)
        {
            locked = false;
            Gate.Exit();
        }
    }

    /// <summary>Length of every axis of a data set.</summary>
    public long[] Extent(long dataset, string name)
    {
        var space = H5D.get_space(dataset);
        if (space < 0)
            throw Failure($"read the extent of '{name}'");
        try
        {
            var rank = H5S.get_simple_extent_ndims(space);
            var dims = new ulong[Math.Max(rank, 1)];
            if (rank > 0)
                H5S.get_simple_extent_dims(space, dims, null!);
            return rank <= 0 ? [] : Array.ConvertAll(dims, d => (long)d);
        }
        finally
        {
            H5S.close(space);
        }
    }

    /// <summary>The whole of a one-dimensional data set as doubles; null when there is none of that name.</summary>
    public unsafe double[]? Vector(string name)
    {
        if (!Has(name))
            return null;
        var (dataset, field) = OpenField(name);
        var count = field.Extent.Aggregate(1L, (a, b) => a * b);
        if (field.Extent.Length != 1 || count > MostCoordinates)
            throw new PdeFileException($"'{name}' in {path} has the shape ({string.Join(", ", field.Extent)}); a coordinate has one axis.");
        var values = new double[count];
        fixed (double* start = values)
            if (count > 0)
                Read(dataset, field, name, [0], [(ulong)count], isDouble: true, (IntPtr)start);
        return values;
    }

    /// <summary>The numeric scalar attributes of the root group, by name.</summary>
    public unsafe Dictionary<string, double> NumericAttributes()
    {
        var values = new Dictionary<string, double>();
        foreach (var name in AttributeNames())
        {
            var attribute = H5A.open(File, name);
            if (attribute < 0)
                continue;
            var type = H5A.get_type(attribute);
            var space = H5A.get_space(attribute);
            double value;
            if (H5T.get_class(type) is H5T.class_t.FLOAT or H5T.class_t.INTEGER && H5S.get_simple_extent_npoints(space) == 1
                && H5A.read(attribute, H5T.NATIVE_DOUBLE, (IntPtr)(&value)) >= 0)
                values[name] = value;
            H5S.close(space);
            H5T.close(type);
            H5A.close(attribute);
        }
        return values;
    }

    /// <summary>A text attribute of the root group or of another object, of fixed or variable length; null when there is none.</summary>
    public unsafe string? TextAttribute(string name, string? owner = null)
    {
        var location = owner is null ? File : Own(H5O.open(File, owner), H5O.close, $"open '{owner}'");
        if (H5A.exists(location, name) <= 0)
            return null;
        var attribute = Own(H5A.open(location, name), H5A.close, $"open the attribute '{name}'");
        var type = Own(H5A.get_type(attribute), H5T.close, $"read the type of '{name}'");
        if (H5T.get_class(type) != H5T.class_t.STRING)
            return null;
        if (H5T.is_variable_str(type) > 0)
        {
            var info = new H5O.info_t();
            Check(H5O.get_info(location, ref info), $"find '{owner ?? "/"}'");
            using var file = Bytes();
            return Hdf5HeapText.Of(file, (ulong)info.addr, name);
        }
        var space = Own(H5A.get_space(attribute), H5S.close, $"read the extent of '{name}'");
        if ((long)H5T.get_size(type) is <= 0 or > MostText || H5S.get_simple_extent_npoints(space) != 1)
            return null;
        var bytes = new byte[(int)H5T.get_size(type)];
        fixed (byte* start = bytes)
            Check(H5A.read(attribute, type, (IntPtr)start), $"read the attribute '{name}'");
        return System.Text.Encoding.UTF8.GetString(bytes).TrimEnd('\0');
    }

    /// <summary>Whether there is an object of that name.</summary>
    public bool Has(string name)
    {
        var parts = name.Split('/');
        for (var depth = 1; depth <= parts.Length; depth++)
            if (H5L.exists(File, string.Join('/', parts[..depth])) <= 0)
                return false;
        return true;
    }

    /// <summary>Whether a name is that of a data set of floating-point numbers with three to five axes.</summary>
    public bool IsField(string name)
    {
        var dataset = H5D.open(File, name);
        if (dataset < 0)
            return false;
        var type = H5D.get_type(dataset);
        var isFloat = H5T.get_class(type) == H5T.class_t.FLOAT;
        H5T.close(type);
        var isField = isFloat && Extent(dataset, name).Length is >= 3 and <= 5;
        H5D.close(dataset);
        return isField;
    }

    /// <summary>What a data set of floating-point numbers is like.</summary>
    public Hdf5Field Field(string name) => OpenField(name).Field;

    /// <summary>Opens a data set of floating-point numbers and checks that its sizes are possible.</summary>
    public (long Dataset, Hdf5Field Field) OpenField(string name)
    {
        var dataset = Own(H5D.open(File, name), H5D.close, $"open '{name}'");
        var type = H5D.get_type(dataset);
        var (kind, size) = (H5T.get_class(type), (long)H5T.get_size(type));
        H5T.close(type);
        if (kind != H5T.class_t.FLOAT)
            throw new PdeFileException($"'{name}' in {path} does not hold floating-point numbers.");
        var extent = Extent(dataset, name);
        long values = 1;
        foreach (var n in extent)
            values = n is < 0 or > int.MaxValue || values > (1L << 50) / Math.Max(n, 1)
                ? throw Damaged(name, $"has the impossible shape ({string.Join(", ", extent)})")
                : values * n;
        var (storage, chunks) = Storage(dataset, name, extent, values, size);
        ulong start = storage == Contiguous ? H5D.get_offset(dataset) : ulong.MaxValue;
        return (dataset, new Hdf5Field(extent, size > 4, storage, chunks, (int)size, start < long.MaxValue ? (long)start : null));
    }

    /// <summary>Gives the newest identifiers back before the session ends.</summary>
    public void Release(int count)
    {
        for (; count > 0 && open.TryPop(out var item); count--)
            item.Close(item.Id);
    }

    /// <summary>Reads a block of a data set into memory.</summary>
    /// <param name="dataset">The data set.</param>
    /// <param name="field">What <see cref="OpenField"/> said of it.</param>
    /// <param name="name">Its name, for the sentence.</param>
    /// <param name="start">First index of every axis.</param>
    /// <param name="count">How many along every axis.</param>
    /// <param name="isDouble">Wanted as float64, else as float32.</param>
    /// <param name="into">Memory for them.</param>
    public void Read(long dataset, Hdf5Field field, string name, ulong[] start, ulong[] count, bool isDouble, IntPtr into)
    {
        field.Chunks?.Check(this, dataset, name, start, count);
        long file = H5D.get_space(dataset), memory = -1;
        try
        {
            Check(H5S.select_hyperslab(file, H5S.seloper_t.SET, start, null!, count, null!), $"select a part of '{name}'");
            memory = H5S.create_simple(count.Length, count, null!);
            Check(H5D.read(dataset, isDouble ? H5T.NATIVE_DOUBLE : H5T.NATIVE_FLOAT, memory, file, H5P.DEFAULT, into), $"read '{name}'");
        }
        finally
        {
            if (memory >= 0)
                H5S.close(memory);
            if (file >= 0)
                H5S.close(file);
        }
    }

    /// <summary>What is said of sizes that cannot be.</summary>
    public PdeFileException Damaged(string name, string what) => new($"'{name}' in {path} {what}: the file is damaged; generate or download it again.");

    /// <summary>The file's bytes.</summary>
    public FileStream Bytes() => new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1);

    // How the values lie in the file. Sizes that do not fit are refused here: the library trusts them when it reads.
    private (string Storage, Hdf5Chunks? Chunks) Storage(long dataset, string name, long[] extent, long values, long size)
    {
        var properties = H5D.get_create_plist(dataset);
        try
        {
            var layout = H5P.get_layout(properties);
            var (stored, length) = (H5D.get_storage_size(dataset), (ulong)new FileInfo(path).Length);
            if (stored > length || layout == H5D.layout_t.CONTIGUOUS && stored != 0 && stored != (ulong)(values * size) || layout == H5D.layout_t.COMPACT && stored != (ulong)(values * size))
                throw Damaged(name, $"claims {stored} bytes for {values} values in a file of {length}");
            if (layout is H5D.layout_t.CONTIGUOUS or H5D.layout_t.COMPACT)
                return (layout.ToString().ToLowerInvariant(), null);
            if (layout != H5D.layout_t.CHUNKED)
                throw new PdeFileException($"'{name}' in {path} is neither contiguous nor chunked, which is not read here; copy it with h5py.");
            var chunks = Hdf5Chunks.Of(this, dataset, properties, name, extent, size);
            return (chunks.Description, chunks);
        }
        finally
        {
            H5P.close(properties);
        }
    }

    /// <summary>Names in the root group.</summary>
    public List<string> Names()
    {
        var names = new List<string>();
        H5L.iterate_t add = (long _, IntPtr name, ref H5L.info_t _, IntPtr _) =>
        {
            names.Add(Marshal.PtrToStringUTF8(name) ?? "");
            return 0;
        };
        ulong position = 0;
        Check(H5L.iterate(File, H5.index_t.NAME, H5.iter_order_t.NATIVE, ref position, add, IntPtr.Zero), "list the root group");
        GC.KeepAlive(add);
        return names;
    }

    /// <summary>What is said when a data set has another shape than the rest of the file wants.</summary>
    public PdeFileException Mismatch(string name, long[] extent, long[] expected) =>
        new($"'{name}' in {path} has the shape ({string.Join(", ", extent)}); expected ({string.Join(", ", expected)}).");

    private List<string> AttributeNames()
    {
        var names = new List<string>();
        H5A.operator_t add = (long _, IntPtr name, ref H5A.info_t _, IntPtr _) =>
        {
            names.Add(Marshal.PtrToStringUTF8(name) ?? "");
            return 0;
        };
        ulong position = 0;
        Check(H5A.iterate(File, H5.index_t.NAME, H5.iter_order_t.NATIVE, ref position, add, IntPtr.Zero), "list the attributes");
        GC.KeepAlive(add);
        return names;
    }

    private PdeFileException Failure(string doing) => new($"Could not {doing} in {path}: {Reason()}.");

    private string WhyNotOpened()
    {
        var stack = Descriptions();
        var text = string.Join(" ", stack);
        var truncated = Regex.Match(text, @"truncated file: eof = (\d+).*?stored_eof = (\d+)");
        if (truncated.Success)
            return $"{path} is truncated: it holds {truncated.Groups[1].Value} of {truncated.Groups[2].Value} bytes; generate or download it again.";
        if (new FileInfo(path).Length == 0)
            return $"{path} is empty; generate or download it again.";
        if (text.Contains("file signature not found"))
            return $"{path} is not an HDF5 file (its first bytes are not HDF5's).";
        if (text.Contains("unable to lock file") || text.Contains("already open for write"))
            return $"{path} is being written by another process; wait until that is done.";
        return $"{path} could not be opened: {Reason(stack)}.";
    }

    /// <summary>The reason of the last failure, as the library recorded it.</summary>
    public string Reason() => Reason(Descriptions());

    private static string Reason(List<string> stack)
    {
        // The system's own words where there are any ("No space left on device"), else the innermost record.
        foreach (var line in stack)
            if (Regex.Match(line, "error message = '([^']+)'") is { Success: true } system)
                return char.ToLowerInvariant(system.Groups[1].Value[0]) + system.Groups[1].Value[1..];
        return stack.Count > 0 ? stack[^1] : "the HDF5 library gave no reason";
    }

    // From the outermost call to the innermost.
    private static List<string> Descriptions()
    {
        var lines = new List<string>();
        H5E.walk_t add = (uint _, ref H5E.error_t error, IntPtr _) =>
        {
            if (!string.IsNullOrEmpty(error.desc))
                lines.Add(error.desc);
            return 0;
        };
        H5E.walk(H5E.DEFAULT, H5E.direction_t.H5E_WALK_DOWNWARD, add, IntPtr.Zero);
        GC.KeepAlive(add);
        return lines;
    }

    private void CloseObjects()
    {
        while (open.TryPop(out var item))
            item.Close(item.Id);
    }
}

/// <summary>What a data set of floating-point numbers is like.</summary>
/// <param name="Extent">Length of every axis.</param>
/// <param name="IsDouble">Its numbers are wider than float32.</param>
/// <param name="Storage">How its values lie in the file.</param>
/// <param name="Chunks">Its chunks; null when it has none.</param>
/// <param name="ValueBytes">Bytes of a number.</param>
/// <param name="Start">Where its values begin in the file, when they lie there one behind the other.</param>
internal sealed record Hdf5Field(long[] Extent, bool IsDouble, string Storage, Hdf5Chunks? Chunks, int ValueBytes, long? Start);
