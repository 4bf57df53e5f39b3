// How figures and tables show themselves in notebooks without a reference to any notebook package: hosts look for an
// attribute of this name on a value's type, and read the members below by reflection.
namespace ModelBalancing.Figures;

/// <summary>Names the class that makes formatters for the type it stands on.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct)]
internal sealed class TypeFormatterSourceAttribute(Type formatterSourceType) : Attribute
{
    public Type FormatterSourceType { get; } = formatterSourceType;

    public string[] PreferredMimeTypes { get; set; } = [];
}

/// <summary>The formatters of <see cref="Figure"/> and <see cref="Table"/>.</summary>
internal sealed class NotebookFormatters
{
    public IEnumerable<object> CreateTypeFormatters() =>
    [
        new NotebookFormatter("text/html", value => value switch { Figure f => f.ToHtml(), Table t => t.ToHtml(), IShowsTable t => t.ToTable().ToHtml(), Animation a => a.ToHtml(), _ => null }),
        new NotebookFormatter("text/plain", value => value switch { Figure f => f.ToText(), Table t => t.ToText(), IShowsTable t => t.ToTable().ToText(), Animation a => a.ToText(), _ => null }),
        new NotebookFormatter("text/markdown", value => value switch { Table t => t.ToMarkdown(), IShowsTable t => t.ToTable().ToMarkdown(), _ => null }),
        new NotebookFormatter("image/svg+xml", value => value switch { Figure f => f.ToSvg(), Table t => t.ToSvg(), IShowsTable t => t.ToTable().ToSvg(), Animation a => a.ToSvg(), _ => null }),
    ];
}

/// <summary>One form of a value; declines what it does not know.</summary>
internal sealed class NotebookFormatter(string mimeType, Func<object, string?> write)
{
    public string MimeType { get; } = mimeType;

    public bool Format(object instance, TextWriter writer)
    {
        if (write(instance) is not { } text)
            return false;
        writer.Write(text);
        return true;
    }
}
