// Completion, inspection and "is this whole?" for cells, from the compiler's own model of the session.
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Workbook.Notebooks.Sessions;

namespace Workbook.Notebooks.Language;

/// <summary>Answers questions about code that is being written. Needs nothing beyond the C# compiler.</summary>
/// <param name="session">The session whose earlier cells the code sees.</param>
public sealed class LanguageService(CSharpSession session)
{
    private const int Indent = 4;

    private static readonly string[] Keywords =
    [
        .. SyntaxFacts.GetKeywordKinds().Select(SyntaxFacts.GetText).Where(word => !word.StartsWith("__", StringComparison.Ordinal)),
        "var", "async", "await", "record", "yield", "when", "where", "nameof", "required", "init", "with", "and", "or", "not", "select", "from", "orderby", "let", "join", "field", "dynamic", "nint", "nuint",
    ];

    /// <summary>Whether code can be run as it is.</summary>
    /// <param name="code">A cell, perhaps not finished.</param>
    /// <returns><c>complete</c>, <c>incomplete</c> or <c>invalid</c>; and, when incomplete, the blanks the next line begins with.</returns>
    public static (string Status, string Indent) IsComplete(string code)
    {
        SyntaxTree tree = CellSource.Parse(code, 0).Written;
        if (SyntaxFactory.IsCompleteSubmission(tree))
            return (tree.GetDiagnostics().Any(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error) ? "invalid" : "complete", "");
        string last = code.TrimEnd('\n').Split('\n')[^1];
        int blanks = last.Length - last.TrimStart().Length + (last.TrimEnd().EndsWith('{') ? Indent : 0);
        return ("incomplete", new string(' ', blanks));
    }

    /// <summary>The ways to go on at a place.</summary>
    /// <param name="code">The cell.</param>
    /// <param name="position">The cursor, index in UTF-16 units.</param>
    /// <returns>The matches; none within comments and text.</returns>
    public Completions Complete(string code, int position)
    {
        ArgumentNullException.ThrowIfNull(code);
        position = Math.Clamp(position, 0, code.Length);
        int start = position;
        while (start > 0 && SyntaxFacts.IsIdentifierPartCharacter(code[start - 1]))
            start--;
        string word = code[start..position];
        // A line below an unfinished one is read as its continuation: where the whole cell says nothing, the part up to the cursor may.
        IReadOnlyList<Completion> found = [];
        foreach (string text in position < code.Length ? new[] { code, code[..position] } : [code])
        {
            found = [.. Candidates(text, start, position, word)
                .Where(candidate => candidate.Text.StartsWith(word, StringComparison.OrdinalIgnoreCase))
                .DistinctBy(candidate => candidate.Text)
                .OrderBy(candidate => candidate.Text.StartsWith(word, StringComparison.Ordinal) ? 0 : 1).ThenBy(candidate => candidate.Text, StringComparer.OrdinalIgnoreCase)];
            if (found.Count > 0)
                break;
        }
        return new Completions(start, position, found);
    }

    /// <summary>What is known of the name under the cursor, or of the method whose arguments the cursor is in.</summary>
    /// <param name="code">The cell.</param>
    /// <param name="position">The cursor, index in UTF-16 units.</param>
    /// <returns>Signatures and documentation; null when there is no name.</returns>
    public Inspection? Inspect(string code, int position)
    {
        ArgumentNullException.ThrowIfNull(code);
        position = Normal(code, Math.Clamp(position, 0, code.Length));
        var (compilation, tree) = session.Look(code);
        SemanticModel model = compilation.GetSemanticModel(tree);
        SyntaxNode root = tree.GetRoot();
        if (NameAt(root, position) is { } name && SymbolsOf(model, name) is { Count: > 0 } symbols)
            return SymbolText.Describe(symbols, compilation);
        return CalledAt(root, position) is { } called && SymbolsOf(model, called) is { Count: > 0 } methods ? SymbolText.Describe(methods, compilation) : null;
    }

    private static int Normal(string code, int position) => code.Contains('\r', StringComparison.Ordinal) ? code[..position].ReplaceLineEndings("\n").Length : position;

    private IEnumerable<Completion> Candidates(string code, int start, int position, string word)
    {
        (start, position) = (Normal(code, start), Normal(code, position));
        var (compilation, tree) = session.Look(code);
        SyntaxNode root = tree.GetRoot();
        if (IsText(root, position))
            return [];
        SyntaxToken left = root.FindToken(start);
        if (left.SpanStart >= start)
            left = left.GetPreviousToken();
        SemanticModel model = compilation.GetSemanticModel(tree);
        if (left.Kind() is SyntaxKind.DotToken or SyntaxKind.MinusGreaterThanToken or SyntaxKind.ColonColonToken)
            return Members(model, left, start);
        IEnumerable<ISymbol> symbols = model.LookupSymbols(start);
        if (left.IsKind(SyntaxKind.NewKeyword))
            return Shown(symbols.Where(symbol => symbol is INamespaceSymbol or INamedTypeSymbol { IsStatic: false, TypeKind: not TypeKind.Interface }));
        if (left.Parent is UsingDirectiveSyntax)
            return Shown(model.LookupNamespacesAndTypes(start).Where(symbol => symbol is INamespaceSymbol || left.IsKind(SyntaxKind.StaticKeyword) || left.IsKind(SyntaxKind.EqualsToken)));
        IEnumerable<Completion> first = [];
        if (left.Parent is InitializerExpressionSyntax { Parent: BaseObjectCreationExpressionSyntax created } && left.Kind() is SyntaxKind.OpenBraceToken or SyntaxKind.CommaToken)
            first = model.GetTypeInfo(left.Parent!.Parent!).Type is { } type ? Shown(model.LookupSymbols(start, type).Where(symbol => symbol is IPropertySymbol { IsStatic: false, SetMethod: not null } or IFieldSymbol { IsStatic: false, IsReadOnly: false })) : [];
        else if (left.Parent is ArgumentListSyntax { Parent: { } call } && left.Kind() is SyntaxKind.OpenParenToken or SyntaxKind.CommaToken)
            first = SymbolsOf(model, (left.Parent!.Parent as InvocationExpressionSyntax)?.Expression ?? left.Parent!.Parent!).OfType<IMethodSymbol>().SelectMany(method => method.Parameters).Select(parameter => new Completion(parameter.Name + ":", "property"));
        return first.Concat(Shown(symbols)).Concat(word.Length == 0 ? [] : Keywords.Select(keyword => new Completion(keyword, "keyword")));
    }

    private static IEnumerable<Completion> Members(SemanticModel model, SyntaxToken dot, int position)
    {
        ExpressionSyntax? target = dot.Parent switch
        {
            MemberAccessExpressionSyntax access => access.Expression,
            QualifiedNameSyntax name => name.Left,
            AliasQualifiedNameSyntax alias => alias.Alias,
            MemberBindingExpressionSyntax binding => binding.Ancestors().OfType<ConditionalAccessExpressionSyntax>().FirstOrDefault()?.Expression,
            _ => null,
        };
        if (target is null)
            return [];
        ISymbol? symbol = model.GetSymbolInfo(target).Symbol;
        ITypeSymbol? type = model.GetTypeInfo(target).Type;
        if (symbol is null && type is null or IErrorTypeSymbol)
        {
            symbol = model.GetSpeculativeSymbolInfo(target.SpanStart, target, SpeculativeBindingOption.BindAsExpression).Symbol;
            type = model.GetSpeculativeTypeInfo(target.SpanStart, target, SpeculativeBindingOption.BindAsExpression).Type;
        }
        if (symbol is INamespaceSymbol space)
            return Shown(model.LookupNamespacesAndTypes(position, space));
        if (symbol is ITypeSymbol named)
            return Shown(model.LookupStaticMembers(position, named).Where(member => member is not IMethodSymbol { MethodKind: not MethodKind.Ordinary }));
        if (type is null or IErrorTypeSymbol)
            return [];
        if (dot.Parent is MemberBindingExpressionSyntax && type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable)
            type = nullable.TypeArguments[0];
        if (type is IPointerTypeSymbol pointer && dot.IsKind(SyntaxKind.MinusGreaterThanToken))
            type = pointer.PointedAtType;
        IEnumerable<ISymbol> members = model.LookupSymbols(position, type, includeReducedExtensionMethods: true).Where(member => !member.IsStatic && member is not ITypeSymbol);
        // A property named like its type means both.
        if (symbol is not null && type.Name == symbol.Name)
            members = members.Concat(model.LookupStaticMembers(position, type));
        return Shown(members);
    }

    private static IEnumerable<Completion> Shown(IEnumerable<ISymbol> symbols) =>
        symbols.Where(symbol => symbol.CanBeReferencedByName && !symbol.Name.Contains('<', StringComparison.Ordinal) && !symbol.Name.StartsWith("Submission#", StringComparison.Ordinal) && !IsHidden(symbol))
            .Select(symbol => new Completion(SyntaxFacts.GetKeywordKind(symbol.Name) == SyntaxKind.None ? symbol.Name : "@" + symbol.Name, KindOf(symbol)));

    private static bool IsHidden(ISymbol symbol) => symbol.GetAttributes().Any(attribute =>
        attribute.AttributeClass?.Name == "EditorBrowsableAttribute" && attribute.ConstructorArguments is [{ Value: 1 }]);

    private static string KindOf(ISymbol symbol) => symbol switch
    {
        IMethodSymbol => "function",
        IPropertySymbol => "property",
        INamespaceSymbol => "module",
        INamedTypeSymbol { TypeKind: TypeKind.Enum } => "enum",
        INamedTypeSymbol { TypeKind: TypeKind.Interface } => "interface",
        ITypeSymbol => "class",
        IFieldSymbol { ContainingType.IsScriptClass: true } or ILocalSymbol or IParameterSymbol or IRangeVariableSymbol => "instance",
        _ => "field",
    };

    /// <summary>True inside comments, directives and text, where nothing is completed.</summary>
    private static bool IsText(SyntaxNode root, int position)
    {
        if (position == 0)
            return false;
        SyntaxTrivia trivia = root.FindTrivia(position - 1);
        if (trivia.Kind() is SyntaxKind.SingleLineCommentTrivia or SyntaxKind.DisabledTextTrivia or SyntaxKind.SingleLineDocumentationCommentTrivia ||
            trivia.IsDirective || (trivia.IsKind(SyntaxKind.MultiLineCommentTrivia) && position < trivia.Span.End))
            return true;
        SyntaxToken token = root.FindToken(position - 1);
        return token.Kind() switch
        {
            SyntaxKind.StringLiteralToken or SyntaxKind.CharacterLiteralToken or SyntaxKind.SingleLineRawStringLiteralToken or SyntaxKind.MultiLineRawStringLiteralToken or SyntaxKind.Utf8StringLiteralToken =>
                position > token.SpanStart && (position < token.Span.End || token.ContainsDiagnostics),
            SyntaxKind.InterpolatedStringTextToken or SyntaxKind.InterpolatedStringStartToken or SyntaxKind.InterpolatedVerbatimStringStartToken => position > token.SpanStart,
            SyntaxKind.NumericLiteralToken => position <= token.Span.End && token.Text is not [.., '.'],
            _ => false,
        };
    }

    private static SyntaxNode? NameAt(SyntaxNode root, int position)
    {
        foreach (int place in position > 0 ? new[] { position, position - 1 } : [position])
        {
            if (place >= root.FullSpan.End)
                continue;
            SyntaxToken token = root.FindToken(place);
            if (token.Span.Contains(place) && (token.IsKind(SyntaxKind.IdentifierToken) || token.Parent is PredefinedTypeSyntax))
                return token.Parent;
        }
        return null;
    }

    private static SyntaxNode? CalledAt(SyntaxNode root, int position)
    {
        SyntaxToken token = root.FindToken(Math.Min(position, root.FullSpan.End));
        if (token.SpanStart >= position)
            token = token.GetPreviousToken();
        BaseArgumentListSyntax? arguments = token.Parent?.AncestorsAndSelf().OfType<BaseArgumentListSyntax>().FirstOrDefault(list => list.SpanStart < position && (position < list.Span.End || list is ArgumentListSyntax { CloseParenToken.IsMissing: true } or BracketedArgumentListSyntax { CloseBracketToken.IsMissing: true }));
        return arguments?.Parent switch
        {
            InvocationExpressionSyntax call => call.Expression,
            BaseObjectCreationExpressionSyntax created => created,
            ElementAccessExpressionSyntax element => element.Expression,
            _ => null,
        };
    }

    /// <summary>What a name stands for: the overload that is meant first, then its group.</summary>
    private static IReadOnlyList<ISymbol> SymbolsOf(SemanticModel model, SyntaxNode name)
    {
        if (model.GetDeclaredSymbol(name) is { } declared)
            return [declared];
        SymbolInfo info = model.GetSymbolInfo(name);
        ImmutableArray<ISymbol> group = model.GetMemberGroup(name);
        return [.. (info.Symbol is { } symbol ? [symbol] : info.CandidateSymbols).Concat(group).Distinct(SymbolEqualityComparer.Default).OfType<ISymbol>()];
    }
}
