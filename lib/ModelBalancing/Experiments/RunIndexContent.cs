// The index's database in memory, never changed once it is in use: a table that holds it stays as it was.
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using ModelBalancing.Checkpoints;
using SQLitePCL;

namespace ModelBalancing.Experiments;

/// <summary>A run as the index knows it.</summary>
/// <param name="Number">Its number in the database.</param>
/// <param name="Written">Ticks of its folder's last change when it was read; 0 if it must be read again.</param>
/// <param name="Phase">Its phase then.</param>
internal readonly record struct IndexedRun(long Number, long Written, RunPhase Phase);

/// <summary>A change to be made: what a run's folder holds now, or null where it is gone.</summary>
/// <param name="Name">The folder's name.</param>
/// <param name="Written">Ticks of its last change; 0 if it must be read again.</param>
/// <param name="Members">Its members; null removes the run.</param>
internal sealed record RunChange(string Name, long Written, RunMembers? Members);

/// <summary>Runs and their cells. The database is held in memory as one piece and goes to the file, and comes from it, as one piece followed by its SHA-256.</summary>
internal sealed class RunIndexContent
{
    /// <summary>Raised when the layout or the choice of columns changes; an index of another version is made anew.</summary>
    private const int Version = 1;

    private const string Layout = $"""
        PRAGMA user_version = 1;
        CREATE TABLE runs (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, written INTEGER NOT NULL, phase INTEGER NOT NULL);
        CREATE TABLE columns (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
        CREATE TABLE cells (column INTEGER NOT NULL, run INTEGER NOT NULL, value NOT NULL, PRIMARY KEY (column, run)) WITHOUT ROWID;
        """;

    private readonly SqliteConnection database;
    private readonly Lock gate = new();
    private readonly Dictionary<string, object?[]> read = [];
    private readonly Dictionary<string, long> columns = [];
    private readonly Dictionary<long, int> rowOf = [];

    private RunIndexContent(string root, SqliteConnection database)
    {
        (Root, this.database) = (root, database);
        var names = new List<string>();
        var runs = new Dictionary<string, IndexedRun>();
        foreach (var row in Query("SELECT number, name, written, phase FROM runs ORDER BY name"))
        {
            rowOf[row.GetInt64(0)] = names.Count;
            names.Add(row.GetString(1));
            runs.Add(row.GetString(1), new(row.GetInt64(0), row.GetInt64(2), (RunPhase)row.GetInt32(3)));
        }
        foreach (var row in Query("SELECT name, number FROM columns ORDER BY name"))
            columns.Add(row.GetString(0), row.GetInt64(1));
        (Names, Runs, Columns) = (names, runs, [.. columns.Keys]);
    }

    /// <summary>The folder of runs.</summary>
    public string Root { get; }

    /// <summary>The runs' names, in order.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The runs by name.</summary>
    public IReadOnlyDictionary<string, IndexedRun> Runs { get; }

    /// <summary>The columns' names, in order.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>An index of nothing.</summary>
    public static RunIndexContent Empty(string root)
    {
        var database = Open();
        Execute(database, Layout);
        return new(root, database);
    }

    /// <summary>Reads an index file.</summary>
    /// <returns>Null if there is none, or one of another version.</returns>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public static RunIndexContent? Load(string root, string path)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception absent) when (absent is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        var content = bytes.AsSpan(0, Math.Max(0, bytes.Length - SHA256.HashSizeInBytes));
        if (content.IsEmpty || !SHA256.HashData(content).AsSpan().SequenceEqual(bytes.AsSpan(content.Length)))
            throw new InvalidDataException("its checksum does not fit");
        try
        {
            var database = Open();
            Fill(database, content);
            using var version = database.CreateCommand();
            version.CommandText = "PRAGMA user_version";
            return (long)version.ExecuteScalar()! == Version ? new(root, database) : null;
        }
        catch (SqliteException unreadable)
        {
            throw new InvalidDataException(unreadable.Message, unreadable);
        }
    }

    /// <summary>Writes the file beside and renames it: of writers at the same time the last one stays, each whole.</summary>
    /// <exception cref="CheckpointException">It cannot be written.</exception>
    public void Save(string path) => AtomicFile.Replace(path, stream => WithBytes(bytes =>
    {
        stream.Write(bytes);
        stream.Write(SHA256.HashData(bytes));
    }));

    /// <summary>A copy with changes made.</summary>
    public RunIndexContent With(IEnumerable<RunChange> changes)
    {
        var copy = Open();
        WithBytes(bytes => Fill(copy, bytes));
        using var transaction = copy.BeginTransaction();
        using var addRun = Prepared(copy, "INSERT INTO runs (name, written, phase) VALUES ($name, $written, $phase) RETURNING number", "$name", "$written", "$phase");
        using var removeRun = Prepared(copy, "DELETE FROM runs WHERE name = $name", "$name");
        using var addColumn = Prepared(copy, "INSERT INTO columns (name) VALUES ($name) RETURNING number", "$name");
        using var addCell = Prepared(copy, "INSERT OR REPLACE INTO cells (column, run, value) VALUES ($column, $run, $value)", "$column", "$run", "$value");
        using var removeCell = Prepared(copy, "DELETE FROM cells WHERE column = $column AND run = $run", "$column", "$run");
        var known = new Dictionary<string, long>(columns);
        object? Run(SqliteCommand command, params ReadOnlySpan<object> values)
        {
            for (int i = 0; i < values.Length; i++)
                command.Parameters[i].Value = values[i];
            return command.ExecuteScalar();
        }

        foreach (var change in changes)
        {
            if (Runs.TryGetValue(change.Name, out var old))
            {
                foreach (long column in columns.Values)
                    Run(removeCell, column, old.Number);
                Run(removeRun, change.Name);
            }
            if (change.Members is not { } members)
                continue;
            long run = (long)Run(addRun, change.Name, change.Written, (int)members.Phase)!;
            foreach (var (name, value) in members.Values)
            {
                if (!known.TryGetValue(name, out long column))
                    known[name] = column = (long)Run(addColumn, name)!;
                Run(addCell, column, run, value);
            }
        }
        transaction.Commit();
        return new(Root, copy);
    }

    /// <summary>The values of a column in the order of <see cref="Names"/>.</summary>
    public object?[] Values(string column)
    {
        lock (gate)
        {
            if (read.TryGetValue(column, out var values))
                return values;
            values = new object?[Names.Count];
            if (columns.TryGetValue(column, out long number))
                foreach (var row in Query($"SELECT run, value FROM cells WHERE column = {number}"))
                    values[rowOf[row.GetInt64(0)]] = row.GetFieldType(1) == typeof(string) ? row.GetString(1) : row.GetDouble(1);
            return read[column] = values;
        }
    }

    private static SqliteConnection Open()
    {
        var database = new SqliteConnection("Data Source=:memory:;Pooling=False");
        database.Open();
        return database;
    }

    private static unsafe void Fill(SqliteConnection database, ReadOnlySpan<byte> bytes)
    {
        nint memory = raw.sqlite3_malloc64(bytes.Length);
        if (memory == 0)
            throw new OutOfMemoryException($"There is no room for an index of {bytes.Length} bytes.");
        bytes.CopyTo(new Span<byte>((void*)memory, bytes.Length));
        // SQLite frees the memory when the connection ends, or at once if it refuses.
        SqliteException.ThrowExceptionForRC(raw.sqlite3_deserialize(database.Handle, "main", memory, bytes.Length, bytes.Length, raw.SQLITE_DESERIALIZE_FREEONCLOSE | raw.SQLITE_DESERIALIZE_RESIZEABLE), database.Handle);
    }

    private unsafe void WithBytes(BytesAction action)
    {
        lock (gate)
        {
            nint memory = raw.sqlite3_serialize(database.Handle, "main", out long length, 0);
            if (memory == 0)
                throw new OutOfMemoryException("There is no room for a copy of the index.");
            try
            {
                action(new ReadOnlySpan<byte>((void*)memory, checked((int)length)));
            }
            finally
            {
                raw.sqlite3_free(memory);
            }
        }
    }

    private IEnumerable<SqliteDataReader> Query(string text)
    {
        using var command = database.CreateCommand();
        command.CommandText = text;
        using var reader = command.ExecuteReader();
        while (reader.Read())
            yield return reader;
    }

    private static void Execute(SqliteConnection database, string text)
    {
        using var command = database.CreateCommand();
        command.CommandText = text;
        command.ExecuteNonQuery();
    }

    private static SqliteCommand Prepared(SqliteConnection database, string text, params IReadOnlyList<string> parameters)
    {
        var command = database.CreateCommand();
        command.CommandText = text;
        foreach (string parameter in parameters)
            command.Parameters.Add(new SqliteParameter { ParameterName = parameter });
        command.Prepare();
        return command;
    }

    private delegate void BytesAction(ReadOnlySpan<byte> bytes);
}
