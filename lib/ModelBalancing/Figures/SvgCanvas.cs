// Writing SVG: elements, numbers and text, always well-formed.
using System.Globalization;
using System.Text;
using System.Xml;

namespace ModelBalancing.Figures;

internal sealed class SvgCanvas : IDisposable
{
    private const string Fonts = "'Helvetica Neue', Arial, 'Liberation Sans', 'DejaVu Sans', system-ui, sans-serif";

    private readonly StringBuilder text = new();
    private readonly XmlWriter writer;
    private readonly string? space;
    private readonly bool hasOneRunATextLine;

    /// <summary>Opens the picture.</summary>
    /// <param name="width">Its width.</param>
    /// <param name="height">Its height.</param>
    /// <param name="ground">White paints a background and uses dark ink; transparent uses the page's own text colour.</param>
    /// <param name="isDocument">Whether it is a file of its own; inside HTML it needs no namespace.</param>
    /// <param name="title">What it shows, for readers of the screen.</param>
    /// <param name="oneRunATextLine">Whether superscripts are Unicode's own: the renderer behind PNG centres only a line's first run.</param>
    public SvgCanvas(double width, double height, Ground ground, bool isDocument, string title, bool oneRunATextLine = false)
    {
        hasOneRunATextLine = oneRunATextLine;
        space = isDocument ? "http://www.w3.org/2000/svg" : null;
        writer = XmlWriter.Create(text, new() { OmitXmlDeclaration = true, ConformanceLevel = ConformanceLevel.Fragment });
        Ink = ground == Ground.White ? "#22262e" : "currentColor";
        Paper = ground == Ground.White ? "#ffffff" : "none";
        Open("svg", ("class", "wb-static"), ("viewBox", $"0 0 {Number(width)} {Number(height)}"), ("width", width), ("height", height),
            ("role", "img"), ("font-family", Fonts), ("fill", Ink), ("style", isDocument ? null : "max-width:100%;height:auto;display:block"));
        if (title.Length > 0)
        {
            Open("title");
            writer.WriteString(Clean(title));
            Close();
        }
        if (ground == Ground.White)
            Element("rect", ("width", width), ("height", height), ("fill", Paper));
    }

    /// <summary>The colour of text and axes.</summary>
    public string Ink { get; }

    /// <summary>The colour behind everything.</summary>
    public string Paper { get; }

    public void Open(string name, params ReadOnlySpan<(string Name, object? Value)> attributes)
    {
        writer.WriteStartElement(name, space);
        foreach (var (attribute, value) in attributes)
            if (value is not null)
                writer.WriteAttributeString(attribute, value switch
                {
                    double number => Number(number),
                    int number => number.ToString(CultureInfo.InvariantCulture),
                    _ => Clean(value.ToString()!),
                });
    }

    public void Close() => writer.WriteEndElement();

    public void Element(string name, params ReadOnlySpan<(string Name, object? Value)> attributes)
    {
        Open(name, attributes);
        Close();
    }

    public void Line(double x1, double y1, double x2, double y2, string color, double width, double opacity = 1, string? dashes = null, string? kind = null) =>
        Element("line", ("class", kind), ("x1", x1), ("y1", y1), ("x2", x2), ("y2", y2), ("stroke", color), ("stroke-width", width),
            ("stroke-opacity", opacity == 1 ? null : opacity), ("stroke-dasharray", dashes));

    /// <summary>One line of text, with an optional superscript.</summary>
    public void Text(double x, double y, string content, double size, string anchor = "start", bool bold = false, double angle = 0,
        double opacity = 1, string superscript = "", string? color = null, string? kind = null, string? whole = null)
    {
        Open("text", ("class", kind), ("x", x), ("y", y), ("font-size", size), ("text-anchor", anchor == "start" ? null : anchor),
            ("font-weight", bold ? "bold" : null), ("fill", color), ("fill-opacity", opacity == 1 ? null : opacity),
            ("transform", angle == 0 ? null : $"rotate({Number(angle)} {Number(x)} {Number(y)})"));
        if (whole is not null && whole != content)
        {
            Open("title");
            writer.WriteString(Clean(whole));
            Close();
        }
        writer.WriteString(Clean(content) + (hasOneRunATextLine ? Raised(superscript) : ""));
        if (superscript.Length > 0 && !hasOneRunATextLine)
        {
            Open("tspan", ("dy", -size * 0.38), ("font-size", Math.Round(size * 0.75, 1)));
            writer.WriteString(superscript);
            Close();
        }
        Close();
    }

    public string Finish()
    {
        Close();
        writer.Flush();
        return text.ToString();
    }

    public void Dispose() => writer.Dispose();

    public static string Number(double value) => Math.Round(value, 2).ToString("0.##", CultureInfo.InvariantCulture);

    private static string Raised(string exponent) =>
        string.Concat(exponent.Select(c => c switch { '−' => '⁻', '1' => '¹', '2' => '²', '3' => '³', >= '0' and <= '9' => (char)('⁰' + (c - '0')), _ => c }));

    public static string? Dashes(Dash dash) => dash switch
    {
        Dash.Dashed => "6 4",
        Dash.Dotted => "1.5 3.5",
        _ => null,
    };

    /// <summary>Control characters and lone surrogates have no place in XML; they are shown as the replacement character.</summary>
    private static string Clean(string value)
    {
        if (value.All(c => c is >= ' ' and < '\uD800'))
            return value;
        var clean = new StringBuilder(value.Length);
        foreach (var rune in value.EnumerateRunes())
            clean.Append(rune.Value is '\t' or '\n' or '\r' or >= 0x20 and not (0xFFFE or 0xFFFF) ? rune.ToString() : "\uFFFD");
        return clean.ToString();
    }
}
