// Terminal text as HTML: colours become classes, everything else a terminal would do is left out.
using System.Text;
using System.Text.RegularExpressions;

namespace Workbook.Notebooks.Reporting;

/// <summary>Terminal text as HTML.</summary>
internal static partial class AnsiText
{
    private static readonly string[] Colors = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"];

    /// <summary>Encoded text with a span for every coloured or bold run.</summary>
    internal static string ToHtml(string text)
    {
        var html = new StringBuilder();
        string state = "";
        int at = 0;
        text = AfterReturns(text);
        foreach (Match escape in Escape().Matches(text))
        {
            Append(html, text[at..escape.Index], state);
            at = escape.Index + escape.Length;
            if (escape.Groups["codes"].Success)
                state = After(state, escape.Groups["codes"].Value);
        }
        Append(html, text[at..], state);
        return html.ToString();
    }

    /// <summary>The text without any escape.</summary>
    internal static string Plain(string text) => Escape().Replace(AfterReturns(text), "");

    private static void Append(StringBuilder html, string text, string state)
    {
        if (text.Length == 0)
            return;
        string encoded = Html.Encode(Controls().Replace(text, ""));
        html.Append(state.Length == 0 ? encoded : $"<span class=\"{state}\">{encoded}</span>");
    }

    private static string After(string state, string codes)
    {
        var classes = state.Split(' ', StringSplitOptions.RemoveEmptyEntries).ToList();
        string[] parts = codes.Split(';');
        for (int index = 0; index < parts.Length; index++)
        {
            int code = int.TryParse(parts[index], out int number) ? number : 0;
            switch (code)
            {
                case 0:
                    classes.Clear();
                    break;
                case 1:
                    classes.Add("ansi-bold");
                    break;
                case 22:
                    classes.Remove("ansi-bold");
                    break;
                case 38 or 48: // colours beyond the sixteen are left out, with their parameters
                    index += index + 1 < parts.Length && parts[index + 1] == "5" ? 2 : 4;
                    break;
                case (>= 30 and <= 37) or (>= 90 and <= 97) or 39:
                    classes.RemoveAll(name => name.StartsWith("ansi-", StringComparison.Ordinal) && name != "ansi-bold");
                    if (code != 39)
                        classes.Add("ansi-" + Colors[code % 10]);
                    break;
            }
        }
        return string.Join(' ', classes.Distinct());
    }

    /// <summary>A carriage return starts the line anew, as progress bars want it.</summary>
    private static string AfterReturns(string text)
    {
        text = text.Replace("\r\n", "\n", StringComparison.Ordinal);
        return text.Contains('\r', StringComparison.Ordinal)
            ? string.Join('\n', text.Split('\n').Select(line => line.TrimEnd('\r')[(line.TrimEnd('\r').LastIndexOf('\r') + 1)..])) : text;
    }

    [GeneratedRegex("\u001b(?:\\[(?:(?<codes>[0-9;]*)m|[0-?]*[ -/]*[@-~])|\\][^\u0007\u001b]*(?:\u0007|\u001b\\\\)|[@-Z\\\\-_])")]
    private static partial Regex Escape();

    [GeneratedRegex("[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]")]
    private static partial Regex Controls();
}
