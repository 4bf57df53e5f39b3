// How wide a text will be, without a font at hand.
namespace ModelBalancing.Figures;

internal static class TextWidth
{
    /// <summary>An estimate in pixels, a little generous: advance widths of a wide sans-serif face, by kinds of letters.</summary>
    public static double Of(string text, double size, bool bold = false)
    {
        var em = 0.0;
        foreach (var letter in text)
            em += letter switch
            {
                'i' or 'j' or 'l' or 'I' or '.' or ',' or ':' or ';' or '\'' or '|' or '!' or ' ' => 0.31,
                'f' or 't' or 'r' or '(' or ')' or '[' or ']' or '/' or '-' or '"' => 0.4,
                'm' or 'w' or 'M' or 'W' or '@' or '%' or '—' => 0.92,
                '×' or '−' or '=' or '+' or '<' or '>' or '~' or '±' => 0.82,
                >= '0' and <= '9' => 0.62,
                >= 'A' and <= 'Z' => 0.7,
                >= '\u2E80' => 1.0,
                _ => 0.59,
            };
        return em * size * (bold ? 1.1 : 1);
    }

    public static double Of(Tick tick, double size) => Of(tick.Text, size) + Of(tick.Superscript, size * 0.75);

    /// <summary>The text in lines no wider than given, broken between words; a given line break stays.</summary>
    public static IReadOnlyList<string> Wrap(string text, double size, double width, bool bold = false)
    {
        var lines = new List<string>();
        foreach (var paragraph in text.ReplaceLineEndings("\n").Split('\n'))
        {
            var line = "";
            foreach (var word in paragraph.Split(' '))
            {
                var longer = line.Length == 0 ? word : line + " " + word;
                if (line.Length > 0 && Of(longer, size, bold) > width)
                {
                    lines.Add(line);
                    line = word;
                }
                else
                    line = longer;
            }
            lines.Add(line);
        }
        return lines;
    }

    /// <summary>The text with its middle left out where it is wider than given.</summary>
    public static string Shorten(string text, double size, double width)
    {
        if (Of(text, size) <= width)
            return text;
        for (var kept = text.Length - 1; kept > 2; kept--)
        {
            var head = (kept + 1) / 2;
            var candidate = text[..head] + "…" + text[^(kept - head)..];
            if (Of(candidate, size) <= width)
                return candidate;
        }
        return text[..1] + "…";
    }
}
