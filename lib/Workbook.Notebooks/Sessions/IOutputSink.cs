// Where a cell's outputs go: into a document, over a Jupyter socket, to a terminal.
using Workbook.Notebooks.Documents;

namespace Workbook.Notebooks.Sessions;

/// <summary>Takes the outputs of a cell as they come. Calls may come from any thread, one at a time.</summary>
public interface IOutputSink
{
    /// <summary>Text written to a standard stream.</summary>
    /// <param name="stream"><c>stdout</c> or <c>stderr</c>.</param>
    /// <param name="text">Some text, not necessarily a line.</param>
    void WriteText(string stream, string text);

    /// <summary>A value is shown.</summary>
    /// <param name="displayId">The id a later update names.</param>
    /// <param name="data">The value in one or more MIME types, ordered by type.</param>
    void Display(string displayId, IReadOnlyList<MimeContent> data);

    /// <summary>A value takes the place of one shown earlier.</summary>
    /// <param name="displayId">The id given to <see cref="Display"/>.</param>
    /// <param name="data">The new value in one or more MIME types, ordered by type.</param>
    void Update(string displayId, IReadOnlyList<MimeContent> data);

    /// <summary>The value of the cell's last expression.</summary>
    /// <param name="data">The value in one or more MIME types, ordered by type.</param>
    void Result(IReadOnlyList<MimeContent> data);

    /// <summary>The error that ended the cell.</summary>
    /// <param name="error">What to show.</param>
    void Error(CellError error);
}
