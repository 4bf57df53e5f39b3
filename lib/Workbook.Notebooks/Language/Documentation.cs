// Where the documentation of a symbol is: in the cell, in the XML file beside its assembly, or in the SDK's reference pack.
using System.Collections.Concurrent;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Workbook.Notebooks.Sessions;

namespace Workbook.Notebooks.Language;

/// <summary>Finds XML documentation.</summary>
internal static class Documentation
{
    private static readonly Lazy<string[]> FrameworkFiles = new(FindFrameworkFiles);
    private static readonly ConcurrentDictionary<string, byte[]?> Files = new();
    private static readonly ConcurrentDictionary<string, XElement?> Found = new();

    /// <summary>The <c>member</c> element of a symbol, or null.</summary>
    internal static XElement? Of(ISymbol symbol, Compilation compilation)
    {
        symbol = (symbol as IMethodSymbol)?.ReducedFrom ?? symbol;
        symbol = symbol.OriginalDefinition;
        if (symbol.DeclaringSyntaxReferences is [var declared, ..])
            return InCell(declared.GetSyntax());
        if (symbol.ContainingAssembly is null || symbol.GetDocumentationCommentId() is not { } id)
            return null;
        string? assembly = (compilation.GetMetadataReference(symbol.ContainingAssembly) as PortableExecutableReference)?.FilePath;
        XElement? documentation = Found.GetOrAdd($"{assembly}|{id}", _ => InFiles(assembly, id));
        return documentation?.Element("inheritdoc") is null ? documentation : Overridden(symbol) is { } inherited ? Of(inherited, compilation) ?? documentation : documentation;
    }

    private static ISymbol? Overridden(ISymbol symbol) => symbol switch
    {
        IMethodSymbol { OverriddenMethod: { } method } => method,
        IPropertySymbol { OverriddenProperty: { } property } => property,
        { ContainingType: { } type } => type.AllInterfaces.SelectMany(implemented => implemented.GetMembers()).FirstOrDefault(member =>
            SymbolEqualityComparer.Default.Equals(type.FindImplementationForInterfaceMember(member), symbol)),
        _ => null,
    };

    /// <summary>The lines that start with three slashes above a declaration.</summary>
    private static XElement? InCell(SyntaxNode declaration)
    {
        SyntaxNode statement = declaration.AncestorsAndSelf().First(node => node.Parent is null || node.GetLeadingTrivia().ToFullString().Contains("///", StringComparison.Ordinal) || node is Microsoft.CodeAnalysis.CSharp.Syntax.MemberDeclarationSyntax);
        string[] lines = [.. statement.GetLeadingTrivia().ToFullString().Split('\n').Select(line => line.Trim()).Where(line => line.StartsWith("///", StringComparison.Ordinal)).Select(line => line[3..])];
        return lines.Length == 0 ? null : Parse($"<member>{string.Join('\n', lines)}</member>") is { HasElements: true } member ? member : new XElement("member", new XElement("summary", string.Join(' ', lines)));
    }

    private static XElement? InFiles(string? assembly, string id)
    {
        string? beside = assembly is null ? null : Path.ChangeExtension(assembly, ".xml");
        IEnumerable<string> candidates = beside is not null && File.Exists(beside) ? [beside]
            : assembly is not null && Path.GetDirectoryName(assembly) == FrameworkReferences.Folder ? FrameworkFiles.Value.OrderBy(file => Order(file, assembly, id)) : [];
        byte[] start = Encoding.UTF8.GetBytes($"<member name=\"{id}\"");
        foreach (string file in candidates)
        {
            if (Files.GetOrAdd(file, Read) is not { } content || content.AsSpan().IndexOf(start) is not (>= 0 and var begin))
                continue;
            ReadOnlySpan<byte> rest = content.AsSpan(begin);
            int end = rest.IndexOf("</member>"u8);
            if (end > 0)
                return Parse(Encoding.UTF8.GetString(rest[..(end + "</member>".Length)]));
        }
        return null;
    }

    /// <summary>Types live in other assemblies than those that document them: first the file of the assembly's own name, then of the type's namespace, then the largest.</summary>
    private static int Order(string file, string assembly, string id)
    {
        string name = Path.GetFileNameWithoutExtension(file);
        return name == Path.GetFileNameWithoutExtension(assembly) ? 0
            : id.AsSpan(2).StartsWith(name + ".", StringComparison.Ordinal) ? 1000 - name.Length
            : name is "System.Runtime" or "System.Collections" or "System.Linq" ? 2000 : 3000;
    }

    private static byte[]? Read(string file)
    {
        try
        {
            return File.ReadAllBytes(file);
        }
        catch (IOException)
        {
            return null; // no documentation is better than no answer
        }
    }

    private static XElement? Parse(string xml)
    {
        try
        {
            return XElement.Parse(xml);
        }
        catch (XmlException)
        {
            return null; // documentation somebody wrote badly
        }
    }

    private static string[] FindFrameworkFiles()
    {
        // …/shared/Microsoft.NETCore.App/10.0.1 → …/packs/Microsoft.NETCore.App.Ref/10.0.1/ref/net10.0
        string packs = Path.GetFullPath(Path.Combine(FrameworkReferences.Folder, "..", "..", "..", "packs", "Microsoft.NETCore.App.Ref"));
        if (!Directory.Exists(packs))
            return [];
        string framework = $"net{Environment.Version.Major}.{Environment.Version.Minor}";
        return [.. Directory.GetDirectories(packs).OrderDescending(StringComparer.Ordinal).Select(pack => Path.Combine(pack, "ref", framework)).Where(Directory.Exists).Take(1).SelectMany(folder => Directory.GetFiles(folder, "*.xml"))];
    }
}
