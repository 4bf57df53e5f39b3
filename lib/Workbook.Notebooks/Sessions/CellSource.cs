// What happens to a cell's text before it is compiled: magics, packages, awaits.
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Workbook.Notebooks.Sessions;

/// <summary>A cell's text, parsed.</summary>
internal sealed class CellSource
{
    /// <summary>The language of cells: C# 14 as a script.</summary>
    internal static readonly CSharpParseOptions Language = new(LanguageVersion.CSharp14, DocumentationMode.None, SourceCodeKind.Script);

    private static readonly Dictionary<string, string> Alternatives = new()
    {
        ["set"] = "assign a variable",
        ["share"] = "keep the notebook in one language and use its variables",
        ["value"] = "read a file or assign a string",
        ["pwsh"] = "start the program with System.Diagnostics.Process",
        ["fsharp"] = "write it in C#, or open the notebook with .NET Interactive",
        ["f#"] = "write it in C#, or open the notebook with .NET Interactive",
        ["sql"] = "open the database with a package: #r \"nuget: …\"",
        ["connect"] = "open the connection with a package: #r \"nuget: …\"",
        ["about"] = "show Environment.Version",
        ["lsmagic"] = "the magic commands here are #!csharp, #!markdown, #!html, #!javascript, #!mermaid and #!time",
        ["import"] = "use #load \"file.csx\"",
        ["who"] = "show the variables by name",
        ["whos"] = "show the variables by name",
    };

    private CellSource(string path, SyntaxTree written)
    {
        Path = path;
        Written = written;
    }

    /// <summary>How the compiler and stack traces name the cell: <c>cell-N</c>.</summary>
    internal string Path { get; }

    /// <summary>The tree of the text as it was written.</summary>
    internal SyntaxTree Written { get; }

    /// <summary>The tree with top-level awaits kept on the session's thread; the same tree when there are none. Lines are those of the written text.</summary>
    internal SyntaxTree Pumped { get; private init; } = null!;

    /// <summary>A magic command this kernel does not have: its line from 1, and a sentence naming the alternative.</summary>
    internal (int Line, string Message)? Unsupported { get; private init; }

    /// <summary>True when the cell asks with <c>#!time</c> how long it takes.</summary>
    internal bool IsTimed { get; private init; }

    internal static CellSource Parse(string code, int cell)
    {
        string path = $"cell-{cell}";
        code = code.ReplaceLineEndings("\n");
        SyntaxTree tree = Tree(code, path);
        (int, string)? unsupported = null;
        bool isTimed = false;
        foreach (SyntaxTrivia magic in tree.GetRoot().DescendantTrivia().Where(IsMagic).Reverse())
        {
            string line = magic.ToString().Trim();
            string name = line[2..].Split(' ', 2)[0].Trim().ToLowerInvariant();
            if (name == "time")
                isTimed = true;
            if (name is "csharp" or "c#" or "time")
                code = code.Remove(magic.SpanStart, 2).Insert(magic.SpanStart, "//"); // the same length keeps every position
            else
                unsupported = (tree.GetLineSpan(magic.Span).StartLinePosition.Line + 1,
                    $"The magic command #!{name} is not part of this C# kernel: {Alternatives.GetValueOrDefault(name, "use C# code instead")}.");
        }
        SyntaxTrivia source = tree.GetRoot().DescendantTrivia(descendIntoTrivia: true).FirstOrDefault(trivia =>
            trivia.IsKind(SyntaxKind.BadDirectiveTrivia) && trivia.ToString().StartsWith("#i ", StringComparison.Ordinal));
        if (unsupported is null && source.IsKind(SyntaxKind.BadDirectiveTrivia))
            unsupported = (tree.GetLineSpan(source.Span).StartLinePosition.Line + 1, "The directive #i is not part of this C# kernel: package sources come from NuGet.Config.");
        if (code != tree.ToString())
            tree = Tree(code, path);
        return new CellSource(path, tree) { Pumped = WithPumpedAwaits(tree, code, path), Unsupported = unsupported, IsTimed = isTimed };
    }

    /// <summary>The packages named by <c>#r "nuget: …"</c> lines of the cell and of the scripts it loads.</summary>
    internal IEnumerable<NugetReference> Packages(SessionSources sources)
    {
        var seen = new HashSet<string>();
        var waiting = new Stack<SyntaxTree>([Written]);
        while (waiting.TryPop(out SyntaxTree? tree))
        {
            var root = (CompilationUnitSyntax)tree.GetRoot();
            foreach (ReferenceDirectiveTriviaSyntax directive in root.GetReferenceDirectives())
                if (NugetReference.TryParse(directive.File.ValueText, out NugetReference? package))
                    yield return package;
            foreach (LoadDirectiveTriviaSyntax directive in root.GetLoadDirectives())
                if (sources.ResolveReference(directive.File.ValueText, tree.FilePath) is { } file && seen.Add(file))
                    waiting.Push(Tree(File.ReadAllText(file), file));
        }
    }

    private static bool IsMagic(SyntaxTrivia trivia) =>
        trivia.IsDirective && trivia.ToString().AsSpan().TrimStart().StartsWith("#!", StringComparison.Ordinal);

    private static SyntaxTree Tree(string code, string path) => CSharpSyntaxTree.ParseText(SourceText.From(code, Encoding.UTF8), Language, path);

    private static SyntaxTree WithPumpedAwaits(SyntaxTree tree, string code, string path)
    {
        const string call = "global::Workbook.Notebooks.Sessions.CellAwait.";
        var insertions = new List<(int Position, string Text)>();
        void Wrap(ExpressionSyntax expression, string method)
        {
            insertions.Add((expression.SpanStart, $"{call}{method}("));
            insertions.Add((expression.Span.End, ")"));
        }
        foreach (SyntaxNode node in tree.GetRoot().DescendantNodes(StaysAtTopLevel))
        {
            if (node is AwaitExpressionSyntax await)
                Wrap(await.Expression, "On");
            else if (node is CommonForEachStatementSyntax { AwaitKeyword.RawKind: not 0 } each)
                Wrap(each.Expression, "Each");
        }
        if (insertions.Count == 0)
            return tree;
        var text = new StringBuilder(code);
        // From the end, closing before opening at the same place, so that nested awaits nest.
        foreach (var (position, insertion) in insertions.Select((pair, order) => (pair, order)).OrderByDescending(entry => entry.pair.Position).ThenBy(entry => entry.order).Select(entry => entry.pair))
            text.Insert(position, insertion);
        return Tree(text.ToString(), path);
    }

    private static bool StaysAtTopLevel(SyntaxNode node) =>
        node is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax or BaseMethodDeclarationSyntax or BasePropertyDeclarationSyntax or BaseTypeDeclarationSyntax or DelegateDeclarationSyntax);
}
