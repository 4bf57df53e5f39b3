// Colours that stay apart for colour-blind readers and on light and dark pages.
namespace ModelBalancing.Figures;

/// <summary>The workbook's colours, as #rrggbb: one for each method, and a series for everything else.</summary>
public static class Palette
{
    /// <summary>The method compared against: a grey blue.</summary>
    public const string Baseline = "#6C8EAD";

    /// <summary>TempBalance: orange.</summary>
    public const string TempBalance = "#E8820C";

    /// <summary>The state before any training, beside two trained ones: a light grey.</summary>
    public const string Start = "#C3C8CF";

    /// <summary>Thresholds, floors and reference lines: a middle grey.</summary>
    public const string Reference = "#8A8F98";

    /// <summary>A series in the order in which to use it (after Okabe and Ito's palette, lightness kept in the middle).</summary>
    public static IReadOnlyList<string> Series { get; } =
        ["#2B7BBA", "#C9472B", "#1C9E77", "#C4679B", "#5AAFD6", "#8C6BB1", "#9A8A1F", "#7F6A5B"];

    /// <summary>The colour of the i-th of any number of series; it starts again after the last.</summary>
    public static string Of(int index) => Series[index % Series.Count];

    /// <summary>The colour of a method by its name: TempBalance and its kin orange, baselines grey blue, others from the series.</summary>
    /// <param name="name">The method's name as shown.</param>
    /// <param name="index">Its place among the methods, used when the name says nothing.</param>
    public static string OfMethod(string name, int index)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Known(name) ?? (index == 0 ? Baseline : Of(index));
    }

    /// <summary>The colour of a method whose name says what it is, else null.</summary>
    internal static string? Known(string name) =>
        name.Contains("TempBalance", StringComparison.OrdinalIgnoreCase) || name.StartsWith("TB", StringComparison.Ordinal) ? TempBalance
        : name.Contains("baseline", StringComparison.OrdinalIgnoreCase) ? Baseline
        : name is "start" ? Start
        : null;

    /// <summary>The i-th of n colours along a scale from dark violet to light green: for many series that have an order, such as layers.</summary>
    public static string Ordered(int index, int count) =>
        ColorScale.Viridis.At(count < 2 ? 0.35 : 0.08 + 0.78 * index / (count - 1)).ToString();
}
