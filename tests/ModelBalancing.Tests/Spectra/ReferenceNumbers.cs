// Reads the reference files: numbers, with "inf", "-inf" and "nan" as text.
using System.Text.Json;

namespace ModelBalancing.Tests.Spectra;

internal static class ReferenceNumbers
{
    internal static JsonElement Load(string fixture)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(TestData.Fixture(fixture)));
        return document.RootElement.Clone();
    }

    internal static double Number(this JsonElement value) => value.ValueKind == JsonValueKind.String
        ? value.GetString() switch
        {
            "inf" or "Infinity" => double.PositiveInfinity,
            "-inf" or "-Infinity" => double.NegativeInfinity,
            "nan" or "NaN" => double.NaN,
            var other => throw new FormatException($"'{other}' is no number"),
        }
        : value.GetDouble();

    internal static double Number(this JsonElement parent, string name) => parent.GetProperty(name).Number();

    internal static double[] Numbers(this JsonElement list) => [.. list.EnumerateArray().Select(Number)];

    internal static string Text(this JsonElement parent, string name) => parent.GetProperty(name).GetString()!;

    internal static bool Has(this JsonElement parent, string name) => parent.TryGetProperty(name, out var value) && value.ValueKind is not JsonValueKind.Null;

    /// <summary>Difference relative to the expected size; 0 for two NaN or the same infinity, ∞ for one of them alone.</summary>
    internal static double RelativeDifference(double expected, double actual)
    {
        if (double.IsNaN(expected) || double.IsNaN(actual))
            return double.IsNaN(expected) && double.IsNaN(actual) ? 0 : double.PositiveInfinity;
        if (expected == actual)
            return 0;
        var difference = Math.Abs(expected - actual);
        return double.IsFinite(difference) ? difference / Math.Max(Math.Abs(expected), double.Epsilon) : double.PositiveInfinity;
    }

    /// <summary>Absolute difference, with the same rule for NaN and infinities.</summary>
    internal static double Difference(double expected, double actual)
    {
        if (double.IsNaN(expected) || double.IsNaN(actual))
            return double.IsNaN(expected) && double.IsNaN(actual) ? 0 : double.PositiveInfinity;
        return expected == actual ? 0 : Math.Abs(expected - actual);
    }

    internal static void Report(string text) => TestContext.Current.TestOutputHelper?.WriteLine(text);
}
