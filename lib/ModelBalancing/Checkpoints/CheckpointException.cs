// What is thrown when a file of weights or state cannot be read or written.
namespace ModelBalancing.Checkpoints;

/// <summary>A checkpoint file that cannot be read or written. The message is one sentence that names the file and the way out.</summary>
public sealed class CheckpointException : Exception
{
    /// <summary>A failure described by one sentence.</summary>
    /// <param name="message">The sentence: file, what is wrong, what to do.</param>
    /// <param name="inner">What the system reported, if it did.</param>
    public CheckpointException(string message, Exception? inner = null) : base(message, inner)
    {
    }
}
