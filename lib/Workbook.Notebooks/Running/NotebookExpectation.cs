// What a notebook is expected to show: text without markup, and the data of its figures.
using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Workbook.Notebooks.Documents;

namespace Workbook.Notebooks.Running;

/// <summary>What the cells of a notebook show, in a form that can be compared between runs.</summary>
/// <remarks>
/// Outputs are reduced to their text without tags and to the numbers of their figures, because hosts differ in markup. Durations, dates and
/// addresses in temporary folders change from run to run and are replaced by a mark. A cell with the tag <c>unchecked</c> is left out.
/// </remarks>
public sealed partial record NotebookExpectation
{
    private const int Shown = 60;

    /// <summary>By cell id: one text an output.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyList<string>> Cells { get; init; }

    /// <summary>Where the expectation of a notebook is kept: <c>expected/NAME.json</c> beside it.</summary>
    /// <param name="notebook">The notebook.</param>
    /// <returns>A full path; the file need not exist.</returns>
    public static string PathFor(string notebook) =>
        Path.Combine(Path.GetDirectoryName(Path.GetFullPath(notebook))!, "expected", Path.GetFileNameWithoutExtension(notebook) + ".json");

    /// <summary>What an executed notebook shows.</summary>
    /// <param name="executed">The notebook with its outputs.</param>
    /// <returns>Its cells that show something.</returns>
    public static NotebookExpectation Of(NotebookDocument executed)
    {
        ArgumentNullException.ThrowIfNull(executed);
        return new NotebookExpectation
        {
            Cells = executed.Cells.Where(cell => cell.Outputs.Count > 0 && !IsUnchecked(cell))
                .ToDictionary(cell => cell.Id, cell => (IReadOnlyList<string>)[.. cell.Outputs.Select(Reduced).Where(text => text.Length > 0)]),
        };
    }

    /// <summary>Reads an expectation.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="NotebookFormatException">It is not an expectation.</exception>
    public static NotebookExpectation Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<NotebookExpectation>(File.ReadAllBytes(path)) ?? throw new JsonException("it is empty");
        }
        catch (JsonException error)
        {
            throw new NotebookFormatException($"{path} is not a notebook's expectation ({error.Message}): make it anew with --update.");
        }
    }

    /// <summary>Writes the expectation.</summary>
    /// <param name="path">The file.</param>
    public void Write(string path) => ReplacedFile.Write(path, JsonText.Indented(JsonSerializer.SerializeToNode(this)) + "\n");

    /// <summary>How another run differs.</summary>
    /// <param name="actual">What it shows.</param>
    /// <param name="tolerance">How far numbers may differ, relative to the larger; below 1e-12 absolute is no difference.</param>
    /// <returns>A sentence a difference; none when they agree.</returns>
    public IReadOnlyList<string> Differences(NotebookExpectation actual, double tolerance)
    {
        ArgumentNullException.ThrowIfNull(actual);
        var found = new List<string>();
        foreach (string id in Cells.Keys.Union(actual.Cells.Keys))
        {
            IReadOnlyList<string> expected = Cells.GetValueOrDefault(id, []), shown = actual.Cells.GetValueOrDefault(id, []);
            if (expected.Count != shown.Count)
                found.Add($"cell {id}: {shown.Count} outputs instead of {expected.Count}");
            foreach (var (one, other) in expected.Zip(shown))
                if (Difference(one, other, tolerance) is { } difference)
                    found.Add($"cell {id}: {difference}");
        }
        return found;
    }

    private static bool IsUnchecked(NotebookCell cell) => cell.Metadata["tags"] is JsonArray tags && tags.Any(tag => tag?.ToString() == "unchecked");

    private static string Reduced(NotebookOutput output) => Stable(output switch
    {
        StreamOutput stream => stream.Text,
        DisplayOutput display => Reduced(display.Data),
        ResultOutput result => Reduced(result.Data),
        ErrorOutput error => error.Message,
        _ => "",
    });

    private static string Reduced(IReadOnlyList<MimeContent> data)
    {
        if (data.FirstOrDefault(content => content.MimeType == "text/html") is not { } html)
            return data.FirstOrDefault(content => content.MimeType == "text/plain")?.Text ?? data.FirstOrDefault()?.Text ?? "";
        Match figure = FigureData().Match(html.Text);
        if (figure.Success)
            return figure.Groups[1].Value;
        return WebUtility.HtmlDecode(Tag().Replace(Hidden().Replace(html.Text, ""), " "));
    }

    private static string Stable(string text) =>
        Blank().Replace(Temporary().Replace(Date().Replace(Duration().Replace(text, "‹time›"), "‹date›"), "‹temporary›"), " ").Trim();

    private static string? Difference(string expected, string actual, double tolerance)
    {
        if (expected == actual)
            return null;
        string[] one = Number().Split(expected), other = Number().Split(actual);
        MatchCollection numbers = Number().Matches(expected), others = Number().Matches(actual);
        if (!one.SequenceEqual(other))
        {
            int at = expected.Zip(actual).TakeWhile(pair => pair.First == pair.Second).Count();
            return $"shows “{Around(actual, at)}” instead of “{Around(expected, at)}”";
        }
        for (int index = 0; index < numbers.Count; index++)
        {
            double a = double.Parse(numbers[index].Value, CultureInfo.InvariantCulture), b = double.Parse(others[index].Value, CultureInfo.InvariantCulture);
            if (Math.Abs(a - b) > 1e-12 + tolerance * Math.Max(Math.Abs(a), Math.Abs(b)))
                return $"shows {others[index].Value} instead of {numbers[index].Value} in “{Around(actual, others[index].Index)}”";
        }
        return null;
    }

    private static string Around(string text, int at) => text[Math.Max(0, at - Shown / 2)..Math.Min(text.Length, at + Shown / 2)];

    [GeneratedRegex("<script type=\"application/json\">(.*?)</script>", RegexOptions.Singleline)]
    private static partial Regex FigureData();

    [GeneratedRegex("<(script|style)\\b.*?</\\1>", RegexOptions.Singleline | RegexOptions.IgnoreCase)]
    private static partial Regex Hidden();

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Tag();

    [GeneratedRegex(@"\b\d+(\.\d+)?\s?(ms|s|min|h)\b(\s\d+(\.\d+)?\s?(s|min)\b)?")]
    private static partial Regex Duration();

    [GeneratedRegex(@"\b\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?)?")]
    private static partial Regex Date();

    [GeneratedRegex(@"/tmp/\S+")]
    private static partial Regex Temporary();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blank();

    [GeneratedRegex(@"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")]
    private static partial Regex Number();
}
