// Where an axis has its ticks and what they say.
using System.Globalization;

namespace ModelBalancing.Figures;

/// <summary>A tick: its place in data units, its text, and the superscript after the text (powers of ten).</summary>
internal readonly record struct Tick(double Value, string Text, string Superscript = "")
{
    /// <summary>Text and superscript in one line of plain characters.</summary>
    public string Flat => Superscript.Length == 0 ? Text : Text + "^" + Superscript;
}

internal static class Ticks
{
    /// <summary>Ticks at multiples of 1, 2, 2.5 or 5 times a power of ten.</summary>
    /// <param name="low">The axis' lower end.</param>
    /// <param name="high">Its upper end, above <paramref name="low"/>.</param>
    /// <param name="wanted">About how many.</param>
    public static IReadOnlyList<Tick> Linear(double low, double high, int wanted)
    {
        var rough = high / Math.Max(1, wanted) - low / Math.Max(1, wanted); // the difference itself may be too large for a double
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        var factor = new[] { 1, 2, 2.5, 5, 10 }.First(f => f * power >= rough * 0.999999);
        var step = factor * power;
        var values = new List<double>();
        // Half a millionth of a step is rounding, not data.
        for (var k = Math.Ceiling(low / step - 1e-6); k * step - high <= step * 1e-6; k++)
            values.Add(k * step);
        return Labelled(values, step);
    }

    /// <summary>Ticks on a logarithmic axis: powers of ten, or also 2 and 5 of them when there are few; linear ones within one decade.</summary>
    public static IReadOnlyList<Tick> Logarithmic(double low, double high, int wanted)
    {
        var (from, to) = (Math.Log10(low), Math.Log10(high));
        var first = (int)Math.Ceiling(from - 1e-9);
        var last = (int)Math.Floor(to + 1e-9);
        var decades = last - first + 1;
        if (decades >= 3 || (decades == 2 && to - from > 1.6))
        {
            var stride = Math.Max(1, (int)Math.Ceiling(decades / (double)Math.Max(2, wanted)));
            var start = (int)Math.Ceiling(first / (double)stride) * stride;
            return [.. Enumerable.Range(0, Math.Max(0, (last - start) / stride + 1)).Select(i => Power(start + i * stride))];
        }
        foreach (int[] factors in new int[][] { [1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 2, 3, 5], [1, 2, 5] })
        {
            var values = new List<double>();
            for (var e = (int)Math.Floor(from) - 1; e <= last + 1; e++)
                foreach (var factor in factors)
                    if (factor * Math.Pow(10, e) is var v && v >= low * (1 - 1e-9) && v / high <= 1 + 1e-9)
                        values.Add(v);
            if (values.Count >= 3 && values.Count <= Math.Max(6, wanted))
                return [.. values.Select(Single)];
        }
        return Linear(low, high, wanted);
    }

    /// <summary>The unlabelled ticks between powers of ten; none when the decades are many.</summary>
    public static IReadOnlyList<double> Minor(double low, double high)
    {
        if (Math.Log10(high / low) > 8)
            return [];
        var values = new List<double>();
        for (var e = (int)Math.Floor(Math.Log10(low)); e <= Math.Ceiling(Math.Log10(high)); e++)
            for (var factor = 2; factor < 10; factor++)
                if (factor * Math.Pow(10, e) is var v && v > low && v < high)
                    values.Add(v);
        return values;
    }

    /// <summary>Ticks at given places.</summary>
    public static IReadOnlyList<Tick> At(IReadOnlyList<double> values) => [.. values.Select(Single)];

    private static Tick Power(int exponent) => exponent switch
    {
        0 => new(1, "1"),
        1 => new(10, "10"),
        _ => new(Math.Pow(10, exponent), "10", Minus(exponent.ToString(CultureInfo.InvariantCulture))),
    };

    private static Tick Single(double value)
    {
        if (value == 0)
            return new(0, "0");
        var exponent = (int)Math.Floor(Math.Log10(Math.Abs(value)) + 1e-9);
        if (exponent is >= -3 and <= 5)
            return new(value, Minus(Math.Round(value, 10).ToString("#,0.##########", CultureInfo.InvariantCulture)));
        var mantissa = Math.Round(value / Math.Pow(10, exponent), 4);
        return mantissa == 1
            ? Power(exponent) with { Value = value }
            : new(value, Minus(mantissa.ToString("0.####", CultureInfo.InvariantCulture)) + "×10", Minus(exponent.ToString(CultureInfo.InvariantCulture)));
    }

    private static IReadOnlyList<Tick> Labelled(List<double> values, double step)
    {
        var largest = values.Count == 0 ? 0 : values.Max(Math.Abs);
        if (largest == 0)
            return [.. values.Select(v => new Tick(v, "0"))];
        var exponent = (int)Math.Floor(Math.Log10(largest) + 1e-9);
        if (exponent is >= 6 or <= -4)
        {
            var unit = Math.Pow(10, exponent);
            var digits = Decimals(step / unit);
            return [.. values.Select(v => Math.Abs(v) < step / 2
                ? new Tick(0, "0")
                : new Tick(v, Minus((v / unit).ToString("F" + digits, CultureInfo.InvariantCulture)) + "×10", Minus(exponent.ToString(CultureInfo.InvariantCulture))))];
        }
        var format = (exponent >= 4 ? "#,0." : "0.") + new string('0', Decimals(step));
        return [.. values.Select(v => Math.Abs(v) < step / 2 ? new Tick(0, "0") : new Tick(v, Minus(v.ToString(format, CultureInfo.InvariantCulture))))];
    }

    /// <summary>How many digits after the point a multiple of the step needs.</summary>
    private static int Decimals(double step)
    {
        for (var digits = 0; digits < 15; digits++)
            if (step * Math.Pow(10, digits) is var scaled && Math.Abs(scaled - Math.Round(scaled)) < 1e-6 * scaled)
                return digits;
        return 15;
    }

    private static string Minus(string number) => number.Replace('-', '−');
}
