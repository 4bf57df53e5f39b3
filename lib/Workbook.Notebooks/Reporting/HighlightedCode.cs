// C# code as HTML, coloured by the compiler's own reading of it.
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Workbook.Notebooks.Sessions;

namespace Workbook.Notebooks.Reporting;

/// <summary>C# code as HTML.</summary>
internal static class HighlightedCode
{
    /// <summary>Encoded code with a span for each keyword, text, number, comment, directive, type and call.</summary>
    internal static string ToHtml(string code)
    {
        var html = new StringBuilder();
        foreach (SyntaxToken token in CSharpSyntaxTree.ParseText(code, CellSource.Language).GetRoot().DescendantTokens())
        {
            foreach (SyntaxTrivia trivia in token.LeadingTrivia)
                Append(html, trivia);
            Append(html, token.Text, ClassOf(token));
            foreach (SyntaxTrivia trivia in token.TrailingTrivia)
                Append(html, trivia);
        }
        return html.ToString();
    }

    private static void Append(StringBuilder html, SyntaxTrivia trivia) => Append(html, trivia.ToFullString(),
        trivia.IsDirective ? "d" : trivia.Kind() is SyntaxKind.SingleLineCommentTrivia or SyntaxKind.MultiLineCommentTrivia or SyntaxKind.SingleLineDocumentationCommentTrivia ? "c" : null);

    private static void Append(StringBuilder html, string text, string? name)
    {
        if (text.Length > 0)
            html.Append(name is null ? Html.Encode(text) : $"<span class=\"{name}\">{Html.Encode(text)}</span>");
    }

    private static string? ClassOf(SyntaxToken token)
    {
        switch (token.Kind())
        {
            case SyntaxKind.NumericLiteralToken:
                return "n";
            case SyntaxKind.StringLiteralToken or SyntaxKind.CharacterLiteralToken or SyntaxKind.MultiLineRawStringLiteralToken or SyntaxKind.SingleLineRawStringLiteralToken
                or SyntaxKind.Utf8StringLiteralToken or SyntaxKind.InterpolatedStringStartToken or SyntaxKind.InterpolatedStringTextToken or SyntaxKind.InterpolatedStringEndToken
                or SyntaxKind.InterpolatedVerbatimStringStartToken or SyntaxKind.InterpolatedSingleLineRawStringStartToken or SyntaxKind.InterpolatedMultiLineRawStringStartToken or SyntaxKind.InterpolatedRawStringEndToken:
                return "s";
            case SyntaxKind.IdentifierToken:
                return token.Text is "var" or "dynamic" ? "k" : token.GetNextToken().IsKind(SyntaxKind.OpenParenToken) ? "f"
                    : char.IsUpper(token.Text.FirstOrDefault()) && !token.GetPreviousToken().IsKind(SyntaxKind.DotToken) ? "t" : null;
            default:
                return SyntaxFacts.IsKeywordKind(token.Kind()) || SyntaxFacts.IsContextualKeyword(token.Kind()) ? "k" : null;
        }
    }
}
