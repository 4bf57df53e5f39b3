// Where one sentence of running text ends and the next begins.
using System.Text.RegularExpressions;

namespace ModelBalancing.Text;

/// <summary>Sentences of English text.</summary>
internal static partial class Sentences
{
    /// <summary>Cuts a text behind a full stop, question or exclamation mark that a capital letter follows.</summary>
    /// <param name="text">The text.</param>
    public static string[] Of(string text) => Boundary().Split(text);

    [GeneratedRegex(@"(?<=[.!?][""')]*)\s+(?=[""'(]*[A-Z])")]
    private static partial Regex Boundary();
}
