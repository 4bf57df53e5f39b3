// A cell with several languages: C#, and those that are only shown.
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.CSharp;

namespace Workbook.Notebooks.Sessions;

/// <summary>A part of a cell in one language.</summary>
/// <param name="Language">Null for C#; else markdown, html, javascript or mermaid.</param>
/// <param name="Text">The part's text; of C#, with as many empty lines before it as it has lines of the cell above it.</param>
internal sealed partial record CellSection(string? Language, string Text)
{
    /// <summary>The compiler's numbers for raw, verbatim and interpolated text and comments without an end.</summary>
    private static readonly string[] Unterminated = ["CS8997", "CS1039", "CS8996", "CS1035", "CS9000", "CS8999"];

    /// <summary>Splits a cell at the lines that switch the language, such as <c>#!markdown</c>; a cell without them is one part.</summary>
    internal static IReadOnlyList<CellSection> Split(string code)
    {
        if (!Switch().IsMatch(code))
            return [new CellSection(null, code)];
        var sections = new List<CellSection>();
        string[] lines = code.ReplaceLineEndings("\n").Split('\n');
        string? language = null;
        int start = 0;
        void End(int line)
        {
            string text = string.Join('\n', lines[start..line]);
            if (!string.IsNullOrWhiteSpace(text))
                sections.Add(new CellSection(language, language is null ? new string('\n', start) + text : text.Trim('\n')));
        }
        for (int line = 0; line < lines.Length; line++)
        {
            Match match = Switch().Match(lines[line]);
            if (!match.Success || (language is null && IsWithinText(lines[start..line])))
                continue;
            End(line);
            start = line + 1;
            language = match.Groups[1].Value.ToLowerInvariant() switch { "csharp" or "c#" => null, "md" => "markdown", "js" => "javascript", var name => name };
        }
        End(lines.Length);
        return sections;
    }

    /// <summary>True where a string literal or comment begun above is still open, so that the line is part of it.</summary>
    private static bool IsWithinText(string[] above) =>
        CSharpSyntaxTree.ParseText(string.Join('\n', above), CellSource.Language).GetDiagnostics().Any(diagnostic => Unterminated.Contains(diagnostic.Id));

    [GeneratedRegex(@"^#!(csharp|c#|markdown|md|html|javascript|js|mermaid)\s*$", RegexOptions.IgnoreCase | RegexOptions.Multiline)]
    private static partial Regex Switch();
}
