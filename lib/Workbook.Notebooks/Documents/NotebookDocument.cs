// A notebook in memory: cells and metadata, read from and written to .ipynb files.
using System.Text.Json.Nodes;

namespace Workbook.Notebooks.Documents;

/// <summary>A notebook (nbformat 4).</summary>
/// <param name="Cells">The cells in order.</param>
/// <param name="Metadata">The document's metadata; <see cref="CSharpMetadata"/> for a new one.</param>
public sealed record NotebookDocument(IReadOnlyList<NotebookCell> Cells, JsonObject Metadata)
{
    /// <summary>The three metadata blocks by which every front end finds a C# kernel.</summary>
    /// <returns>A new object with <c>kernelspec</c>, <c>language_info</c> and <c>polyglot_notebook</c>.</returns>
    public static JsonObject CSharpMetadata() => new()
    {
        ["kernelspec"] = new JsonObject { ["display_name"] = ".NET (C#)", ["language"] = "C#", ["name"] = ".net-csharp" },
        ["language_info"] = new JsonObject
        {
            ["file_extension"] = ".cs",
            ["mimetype"] = "text/x-csharp",
            ["name"] = "C#",
            ["pygments_lexer"] = "csharp",
            ["version"] = "14.0",
        },
        ["polyglot_notebook"] = new JsonObject
        {
            ["kernelInfo"] = new JsonObject
            {
                ["defaultKernelName"] = "csharp",
                ["items"] = new JsonArray(new JsonObject { ["aliases"] = new JsonArray(), ["languageName"] = "csharp", ["name"] = "csharp" }),
            },
        },
    };

    /// <summary>Makes a C# notebook of cells.</summary>
    /// <param name="cells">Kind and text of every cell; ids are derived from place and text.</param>
    /// <returns>A notebook that has not been run.</returns>
    public static NotebookDocument Create(params IEnumerable<(CellKind Kind, string Source)> cells)
    {
        var made = new List<NotebookCell>();
        foreach (var (kind, source) in cells)
            made.Add(new NotebookCell(kind, CellIds.For(made.Count, source), source));
        return new NotebookDocument(made, CSharpMetadata());
    }

    /// <summary>Reads a notebook file.</summary>
    /// <param name="path">An .ipynb file, nbformat 4.</param>
    /// <returns>The notebook; cells of old files get ids.</returns>
    /// <exception cref="NotebookFormatException">The file is missing, unreadable or not a notebook.</exception>
    public static NotebookDocument Read(string path)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new NotebookFormatException($"{path} cannot be read ({error.Message.TrimEnd('.')}): check the path and its permissions.", error);
        }
        return NotebookReader.Parse(bytes, path);
    }

    /// <summary>Reads a notebook from its text.</summary>
    /// <param name="text">JSON, nbformat 4.</param>
    /// <param name="name">What messages call it.</param>
    /// <returns>The notebook.</returns>
    /// <exception cref="NotebookFormatException">The text is not a notebook.</exception>
    public static NotebookDocument Parse(string text, string name = "the notebook") =>
        NotebookReader.Parse(System.Text.Encoding.UTF8.GetBytes(text), name);

    /// <summary>The notebook as nbformat 4.5 text, indented by one, ending with a line feed: the look of nbformat's own writer.</summary>
    /// <returns>JSON text; the same notebook gives the same text.</returns>
    public string ToJson() => System.Text.Encoding.UTF8.GetString(NotebookWriter.ToBytes(this));

    /// <summary>Writes the notebook as nbformat 4.5, beside its place and then renamed, so that a reader never sees half a file.</summary>
    /// <param name="path">The file to make or replace; its folder is made when missing.</param>
    public void Write(string path) => ReplacedFile.Write(path, NotebookWriter.ToBytes(this));

    /// <summary>The notebook as it is committed: no outputs, no execution counts.</summary>
    /// <returns>A copy with bare cells.</returns>
    public NotebookDocument WithoutOutputs() =>
        this with { Cells = [.. Cells.Select(cell => cell with { Outputs = [], ExecutionCount = null })] };

    /// <summary>The text of the first heading, or null when no text cell has one.</summary>
    public string? Title => Cells.Where(cell => cell.Kind == CellKind.Markdown)
        .SelectMany(cell => cell.Source.Split('\n'))
        .FirstOrDefault(line => line.StartsWith('#') && line.TrimStart('#').StartsWith(' '))?.Trim('#', ' ');
}
