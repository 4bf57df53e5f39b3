// How the whole workbook writes durations, sizes and numbers for people to read.
using System.Globalization;

namespace ModelBalancing.Figures;

/// <summary>Durations, bytes, counts and numbers as readable text; always with a point as decimal mark.</summary>
public static class Quantities
{
    private static readonly CultureInfo Plain = CultureInfo.InvariantCulture;

    /// <summary>A duration with at most two units: "850 µs", "45 ms", "12.3 s", "3 min 20 s", "2 h 05 min", "1 d 3 h".</summary>
    /// <param name="seconds">Seconds; negative durations carry a minus sign, anything not finite reads "unknown".</param>
    public static string Duration(double seconds)
    {
        if (!double.IsFinite(seconds))
            return "unknown";
        if (seconds < 0)
            return "−" + Duration(-seconds);
        if (seconds == 0)
            return "0 s";
        if (seconds < 0.9995e-3)
            return string.Create(Plain, $"{seconds * 1e6:0} µs");
        if (seconds < 0.9995)
            return string.Create(Plain, $"{seconds * 1e3:0} ms");
        if (seconds < 9.995)
            return string.Create(Plain, $"{seconds:0.0#} s");
        if (seconds < 59.95)
            return string.Create(Plain, $"{seconds:0.0} s");
        var whole = (long)Math.Min(Math.Round(seconds), long.MaxValue / 2);
        if (whole < 3600)
            return $"{whole / 60} min {whole % 60:00} s";
        var minutes = (whole + 30) / 60;
        if (minutes < 24 * 60)
            return $"{minutes / 60} h {minutes % 60:00} min";
        var hours = (whole + 1800) / 3600;
        return $"{hours / 24} d {hours % 24} h";
    }

    /// <inheritdoc cref="Duration(double)"/>
    public static string Duration(TimeSpan duration) => Duration(duration.TotalSeconds);

    /// <summary>A size in decimal units with three digits: "812 B", "4.83 MB", "1.2 GB".</summary>
    /// <param name="bytes">Bytes; may be negative (a difference).</param>
    public static string Bytes(double bytes)
    {
        if (!double.IsFinite(bytes))
            return "unknown";
        if (bytes < 0)
            return "−" + Bytes(-bytes);
        string[] units = ["B", "kB", "MB", "GB", "TB", "PB"];
        var unit = 0;
        // 999.5 would round up to four digits, so it already belongs to the next unit.
        for (; bytes >= 999.5 && unit < units.Length - 1; unit++)
            bytes /= 1000;
        var digits = unit == 0 || bytes >= 99.95 ? "0" : bytes >= 9.995 ? "0.#" : "0.##";
        return bytes.ToString(digits, Plain) + " " + units[unit];
    }

    /// <summary>A whole number with thousands separated by commas: "1,048,576".</summary>
    public static string Count(long count) => count.ToString("#,0", Plain).Replace('-', '−');

    /// <summary>A number with a given number of significant digits; scientific (1.2e-05) when it is very small or large.</summary>
    /// <param name="value">The number; "–" when it is not a number, "∞" when infinite.</param>
    /// <param name="digits">Significant digits, 1 to 17; default 4.</param>
    public static string Number(double value, int digits = 4)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(digits, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(digits, 17);
        if (double.IsNaN(value))
            return "–";
        if (double.IsInfinity(value))
            return value > 0 ? "∞" : "−∞";
        if (value == 0)
            return "0";
        var size = Math.Abs(value);
        var text = size >= 1e-4 && size < Math.Pow(10, Math.Max(digits, 6))
            ? Fixed(value, Math.Max(0, digits - 1 - (int)Math.Floor(Math.Log10(size))))
            : value.ToString("0." + new string('#', digits - 1) + "e-00", Plain);
        return text.Replace('-', '−').Replace("e−", "e-", StringComparison.Ordinal);
    }

    /// <summary>A fraction as a percentage: 0.0512 reads "5.1 %".</summary>
    /// <param name="fraction">The fraction; 1 is 100 %.</param>
    /// <param name="decimals">Digits after the point; default 1.</param>
    public static string Percent(double fraction, int decimals = 1) =>
        double.IsFinite(fraction) ? Fixed(fraction * 100, decimals).Replace('-', '−') + " %" : "–";

    private static string Fixed(double value, int decimals) => Math.Round(value, Math.Min(decimals, 15)).ToString("F" + Math.Min(decimals, 15), Plain);
}
