// Notebook files: read as written, written as nbformat writes.
using System.Text;
using System.Text.Json.Nodes;
using Workbook.Notebooks.Documents;

namespace Workbook.Notebooks.Tests.Documents;

public sealed class NotebookDocumentTests : IDisposable
{
    private static readonly string Fixture = Path.Combine(AppContext.BaseDirectory, "fixtures", "nbformat.ipynb");
    private readonly string folder = Directory.CreateTempSubdirectory("workbook-documents-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_notebook_written_by_nbformat_round_trips_byte_for_byte()
    {
        string copy = Path.Combine(folder, "copy.ipynb");
        NotebookDocument.Read(Fixture).Write(copy);
        Assert.Equal(File.ReadAllText(Fixture), File.ReadAllText(copy));
        Assert.Equal(File.ReadAllBytes(Fixture), File.ReadAllBytes(copy));
        Assert.Equal(["copy.ipynb"], Directory.GetFileSystemEntries(folder).Select(Path.GetFileName));
    }

    [Fact]
    public void Every_kind_of_output_is_read()
    {
        NotebookDocument notebook = NotebookDocument.Read(Fixture);
        Assert.Equal("Ünïcödé 🙂 title", notebook.Title);
        NotebookCell code = notebook.Cells.First(cell => cell.Kind == CellKind.Code);
        Assert.Equal(3, code.ExecutionCount);
        Assert.Equal("csharp", code.Language);
        Assert.Collection(code.Outputs,
            output => Assert.Equal(new StreamOutput("stdout", "one\ntwo\n"), output),
            output => Assert.Equal(["image/svg+xml", "text/html", "text/plain"], Assert.IsType<DisplayOutput>(output).Data.Select(content => content.MimeType)),
            output => Assert.Equal("{\"a\":[1e3,\"é🙂\"],\"b\":1.0}", Assert.IsType<ResultOutput>(output).Data[0].Text),
            output => Assert.Equal("cell 1, line 2: broken", Assert.IsType<ErrorOutput>(output).Message));
    }

    [Fact]
    public void A_new_notebook_carries_the_three_metadata_blocks_and_ids()
    {
        NotebookDocument made = NotebookDocument.Create((CellKind.Markdown, "# Title"), (CellKind.Code, "1 + 1"));
        JsonNode root = JsonNode.Parse(made.ToJson())!;
        Assert.Equal(["kernelspec", "language_info", "polyglot_notebook"], root["metadata"]!.AsObject().Select(entry => entry.Key));
        Assert.Equal(5, root["nbformat_minor"]!.GetValue<int>());
        Assert.All(root["cells"]!.AsArray(), cell => Assert.Matches("^[0-9a-f]{8}$", cell!["id"]!.GetValue<string>()));
        Assert.Equal(made.ToJson(), NotebookDocument.Parse(made.ToJson()).ToJson());
        Assert.Equal("Title", made.Title);
    }

    [Fact]
    public void An_old_notebook_gets_stable_and_unique_ids()
    {
        const string old = """{"nbformat": 4, "nbformat_minor": 2, "metadata": {}, "cells": [{"cell_type": "markdown", "id": "same", "metadata": {}, "source": "a"}, {"cell_type": "markdown", "id": "same", "metadata": {}, "source": ["b\n", "c"]}, {"cell_type": "code", "execution_count": null, "metadata": {}, "outputs": [], "source": ""}]}""";
        NotebookDocument first = NotebookDocument.Parse(old), second = NotebookDocument.Parse(old);
        Assert.Equal(first.Cells.Select(cell => cell.Id), second.Cells.Select(cell => cell.Id));
        Assert.Equal(3, first.Cells.Select(cell => cell.Id).Distinct().Count());
        Assert.Equal("b\nc", first.Cells[1].Source);
    }

    [Theory]
    [InlineData("", "it is empty")]
    [InlineData("{\"nbformat\": 4, \"cells\": [", "the JSON breaks off at line 1")]
    [InlineData("[1]", "its top level is not a JSON object")]
    [InlineData("{\"cells\": []}", "the field \"nbformat\" is missing")]
    [InlineData("{\"nbformat\": 3, \"cells\": []}", "it is nbformat 3")]
    [InlineData("{\"nbformat\": 4}", "the list \"cells\" is missing")]
    [InlineData("{\"nbformat\": 4, \"cells\": [7]}", "cell 1 is not a JSON object")]
    [InlineData("{\"nbformat\": 4, \"cells\": [{\"cell_type\": \"cod\", \"source\": \"\"}]}", "cell 1 has the unknown type \"cod\"")]
    [InlineData("{\"nbformat\": 4, \"cells\": [{\"cell_type\": \"code\", \"source\": 3}]}", "the source of cell 1 holds a Number where text belongs")]
    [InlineData("{\"nbformat\": 4, \"cells\": [{\"cell_type\": \"code\"}]}", "the source of cell 1 is neither text nor a list of lines")]
    [InlineData("{\"nbformat\": 4, \"nbformat\": 4, \"cells\": []}", "the JSON breaks off")]
    [InlineData("{\"nbformat\": 4, \"cells\": [{\"cell_type\": \"code\", \"source\": \"\\ud800\"}]}", "")]
    public void A_damaged_notebook_gives_one_sentence_with_the_way_out(string text, string fault)
    {
        string path = Path.Combine(folder, "damaged.ipynb");
        File.WriteAllText(path, text);
        var error = Assert.Throws<NotebookFormatException>(() => NotebookDocument.Read(path));
        Assert.StartsWith($"{path} is not a readable notebook: {fault}", error.Message);
        Assert.EndsWith("restore it from version control or save it again as nbformat 4.", error.Message);
    }

    [Fact]
    public void A_truncated_file_at_any_byte_never_gives_another_kind_of_error()
    {
        byte[] whole = File.ReadAllBytes(Fixture);
        string path = Path.Combine(folder, "cut.ipynb");
        for (int length = 0; length < whole.Length - 2; length += 7)
        {
            File.WriteAllBytes(path, whole[..length]);
            Assert.Throws<NotebookFormatException>(() => NotebookDocument.Read(path));
        }
        Assert.Throws<NotebookFormatException>(() => NotebookDocument.Read(Path.Combine(folder, "none.ipynb")));
    }

    [Fact]
    public void Bytes_that_are_not_UTF8_are_said_to_be_so()
    {
        string path = Path.Combine(folder, "latin.ipynb");
        File.WriteAllBytes(path, [.. Encoding.UTF8.GetBytes("{\"a\": \""), 0xE9, .. Encoding.UTF8.GetBytes("\"}")]);
        Assert.Contains("its text is not UTF-8", Assert.Throws<NotebookFormatException>(() => NotebookDocument.Read(path)).Message);
    }

    [Fact]
    public void A_failed_write_leaves_the_old_file()
    {
        string path = Path.Combine(folder, "kept.ipynb");
        NotebookDocument.Create((CellKind.Markdown, "old")).Write(path);
        string before = File.ReadAllText(path);
        var broken = NotebookDocument.Create() with { Cells = [new NotebookCell(CellKind.Markdown, "a", null!)] };
        Assert.ThrowsAny<Exception>(() => broken.Write(path));
        Assert.Equal(before, File.ReadAllText(path));
    }
}
