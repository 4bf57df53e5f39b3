// What a reader is told when a PDE data file cannot be read or written.
namespace ModelBalancing.Pde.PdeBench;

/// <summary>A data file is missing, damaged, of another shape than expected, or cannot be written; the message is one sentence with the way out.</summary>
public sealed class PdeFileException : IOException
{
    /// <summary>Only a message.</summary>
    public PdeFileException(string message) : base(message) { }

    /// <summary>A message and what caused it.</summary>
    public PdeFileException(string message, Exception? cause) : base(message, cause) { }
}
