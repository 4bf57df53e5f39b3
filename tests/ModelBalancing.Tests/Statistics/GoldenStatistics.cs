// The reference values of SciPy and statsmodels, and how closely a number must agree with them.
using System.Globalization;
using System.Text.Json;

namespace ModelBalancing.Tests.Statistics;

/// <summary>Reads tests/fixtures/statistics/tests.json and collects every disagreement, so that one failing test names them all.</summary>
internal sealed class GoldenStatistics
{
    private static readonly JsonElement root = Load();

    private readonly List<string> wrong = [];

    public int Compared { get; private set; }

    public static JsonElement Part(string name) => root.GetProperty(name);

    public static IEnumerable<(string Name, double[] X, double[] Y, bool Paired, JsonElement Results)> Data() =>
        Part("data").EnumerateArray().Select(set => (set.GetProperty("name").GetString()!, Numbers(set.GetProperty("x")), Numbers(set.GetProperty("y")),
            set.GetProperty("paired").GetBoolean(), set.GetProperty("results")));

    public static double Number(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString() switch
        {
            "NaN" => double.NaN,
            "Infinity" => double.PositiveInfinity,
            "-Infinity" => double.NegativeInfinity,
            var text => throw new FormatException($"'{text}' is no number"),
        },
        JsonValueKind.Null => double.NaN,
        _ => value.GetDouble(),
    };

    public static double[] Numbers(JsonElement values) => [.. values.EnumerateArray().Select(Number)];

    public static int[][] Rows(JsonElement rows) => [.. rows.EnumerateArray().Select(row => row.EnumerateArray().Select(index => index.GetInt32()).ToArray())];

    /// <summary>Compares a number; tolerance is relative.</summary>
    public void Same(string what, JsonElement expected, double found, double tolerance = 1e-10, bool probability = false)
    {
        Compared++;
        double value = Number(expected);
        if (probability && value < 1e-12)
            tolerance = Math.Max(tolerance, 1e-6);
        bool same = double.IsNaN(value) ? double.IsNaN(found) : double.IsInfinity(value) ? found == value : Math.Abs(found - value) <= tolerance * Math.Abs(value) || Math.Abs(found - value) < 1e-300;
        if (!same)
            wrong.Add(string.Create(CultureInfo.InvariantCulture, $"{what}: expected {value:R}, found {found:R} (relative {Math.Abs(found - value) / Math.Abs(value):0.0e+00})"));
    }

    public void Check(int fewest)
    {
        Assert.True(wrong.Count == 0, $"{wrong.Count} of {Compared} differ:\n{string.Join('\n', wrong.Take(80))}");
        Assert.True(Compared >= fewest, $"only {Compared} values were compared");
    }

    private static JsonElement Load()
    {
        using var document = JsonDocument.Parse(File.ReadAllText(TestData.Fixture("statistics/tests.json")));
        return document.RootElement.Clone();
    }
}
