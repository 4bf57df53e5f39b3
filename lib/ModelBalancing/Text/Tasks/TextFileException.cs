// A task's file that cannot be used.

namespace ModelBalancing.Text.Tasks;

/// <summary>A file of labelled text is missing, damaged or of another form than its task's; the message names the file and the way out.</summary>
public sealed class TextFileException : Exception
{
    /// <summary>With a sentence for the user.</summary>
    public TextFileException(string message, Exception? cause = null) : base(message, cause)
    {
    }
}
