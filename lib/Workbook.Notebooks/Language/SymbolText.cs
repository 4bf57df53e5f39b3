// A symbol for people: its signatures and what its documentation says.
using System.Text;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Workbook.Notebooks.Language;

/// <summary>Describes symbols.</summary>
internal static class SymbolText
{
    private const int OverloadsShown = 12;

    private static readonly SymbolDisplayFormat InCells = new(
        SymbolDisplayGlobalNamespaceStyle.Omitted, SymbolDisplayTypeQualificationStyle.NameOnly, SymbolDisplayGenericsOptions.IncludeTypeParameters | SymbolDisplayGenericsOptions.IncludeTypeConstraints,
        SymbolDisplayMemberOptions.IncludeParameters | SymbolDisplayMemberOptions.IncludeType | SymbolDisplayMemberOptions.IncludeConstantValue | SymbolDisplayMemberOptions.IncludeRef | SymbolDisplayMemberOptions.IncludeModifiers,
        SymbolDisplayDelegateStyle.NameAndSignature, SymbolDisplayExtensionMethodStyle.Default,
        SymbolDisplayParameterOptions.IncludeName | SymbolDisplayParameterOptions.IncludeType | SymbolDisplayParameterOptions.IncludeDefaultValue | SymbolDisplayParameterOptions.IncludeParamsRefOut,
        SymbolDisplayPropertyStyle.ShowReadWriteDescriptor, SymbolDisplayLocalOptions.IncludeType, SymbolDisplayKindOptions.IncludeTypeKeyword | SymbolDisplayKindOptions.IncludeNamespaceKeyword,
        SymbolDisplayMiscellaneousOptions.UseSpecialTypes | SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier);

    private static readonly SymbolDisplayFormat InLibraries = InCells.AddMemberOptions(SymbolDisplayMemberOptions.IncludeContainingType);

    /// <summary>Signatures, then the documentation of the first that has one.</summary>
    internal static Inspection Describe(IReadOnlyList<ISymbol> symbols, Compilation compilation)
    {
        var lines = new List<string>();
        foreach (ISymbol symbol in symbols.Take(OverloadsShown))
            lines.Add(Signature(symbol));
        if (symbols.Count > OverloadsShown)
            lines.Add($"… and {symbols.Count - OverloadsShown} more");
        if (symbols is [INamedTypeSymbol { TypeKind: TypeKind.Class or TypeKind.Struct, IsStatic: false } type])
            lines.AddRange(type.InstanceConstructors.Where(constructor => constructor is { DeclaredAccessibility: Accessibility.Public, IsImplicitlyDeclared: false }).Take(OverloadsShown).Select(Signature));
        XElement? documentation = symbols.Select(symbol => Documentation.Of(symbol, compilation)).FirstOrDefault(found => found is not null);
        string signatures = string.Join('\n', lines);
        var plain = new StringBuilder(signatures);
        var markdown = new StringBuilder($"```csharp\n{signatures}\n```");
        if (documentation is not null)
        {
            foreach (var (title, text) in Sections(documentation))
            {
                plain.Append("\n\n").Append(title is null ? text : $"{title}: {text}");
                markdown.Append("\n\n").Append(title is null ? text : $"**{title}**: {text}");
            }
        }
        return new Inspection(plain.ToString(), markdown.ToString());
    }

    private static string Signature(ISymbol symbol)
    {
        string text = symbol.ToDisplayString(symbol.ContainingType is null or { IsScriptClass: true } ? InCells : InLibraries);
        string? kind = symbol switch
        {
            ILocalSymbol or IRangeVariableSymbol => "local variable",
            IParameterSymbol => "parameter",
            IFieldSymbol { ContainingType.IsScriptClass: true } => "variable",
            IMethodSymbol { ReducedFrom: not null } => "extension",
            _ => null,
        };
        return kind is null ? text : $"({kind}) {text}";
    }

    private static IEnumerable<(string? Title, string Text)> Sections(XElement documentation)
    {
        if (Words(documentation.Element("summary")) is { Length: > 0 } summary)
            yield return (null, summary);
        foreach (XElement parameter in documentation.Elements().Where(element => element.Name.LocalName is "typeparam" or "param"))
            if (Words(parameter) is { Length: > 0 } text)
                yield return (parameter.Attribute("name")?.Value ?? "", text);
        if (Words(documentation.Element("returns")) is { Length: > 0 } returns)
            yield return ("returns", returns);
        foreach (XElement exception in documentation.Elements("exception"))
            if (Words(exception) is { Length: > 0 } text)
                yield return (Name(exception.Attribute("cref")?.Value), text);
        if (Words(documentation.Element("remarks")) is { Length: > 0 } remarks)
            yield return ("remarks", remarks);
    }

    private static string Words(XElement? element)
    {
        if (element is null)
            return "";
        var text = new StringBuilder();
        foreach (XNode node in element.Nodes())
            text.Append(node switch
            {
                XText words => words.Value,
                XElement { Name.LocalName: "see" or "seealso" } reference => Name(reference.Attribute("cref")?.Value) is { Length: > 0 } name ? name : reference.Attribute("langword")?.Value ?? reference.Attribute("href")?.Value ?? reference.Value,
                XElement { Name.LocalName: "paramref" or "typeparamref" } parameter => parameter.Attribute("name")?.Value,
                XElement inner => $" {Words(inner)} ",
                _ => "",
            });
        return string.Join(' ', text.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>The last part of a documentation id: <c>M:System.Console.WriteLine(System.String)</c> is <c>WriteLine</c> of <c>Console</c>.</summary>
    private static string Name(string? id)
    {
        if (string.IsNullOrEmpty(id))
            return "";
        string[] parts = id[(id.IndexOf(':', StringComparison.Ordinal) + 1)..].Split('(')[0].Split('.');
        string last = parts[^1].Split('`')[0];
        return id[0] is 'T' or 'N' or '!' || parts.Length == 1 ? last : $"{parts[^2].Split('`')[0]}.{last}";
    }
}
