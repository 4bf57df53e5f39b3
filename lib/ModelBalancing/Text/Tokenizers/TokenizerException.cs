// A vocabulary that cannot be read, or a text that cannot be encoded as asked.

namespace ModelBalancing.Text.Tokenizers;

/// <summary>A vocabulary is missing or damaged, or an encoding cannot be made as asked; the message is one sentence with the way out.</summary>
public sealed class TokenizerException : Exception
{
    /// <summary>With a sentence for the user.</summary>
    public TokenizerException(string message, Exception? cause = null) : base(message, cause)
    {
    }
}
