// The one error a reader of notebook files has to expect.
namespace Workbook.Notebooks.Documents;

/// <summary>A file is not a notebook that can be read. The message is one sentence: which file, what is wrong, the way out.</summary>
public sealed class NotebookFormatException : Exception
{
    /// <summary>Creates the error.</summary>
    /// <param name="message">One sentence with file, fault and way out.</param>
    /// <param name="inner">What the parser said.</param>
    public NotebookFormatException(string message, Exception? inner = null) : base(message, inner) { }
}
