// A file that holds one column of numbers, read so that a bad cell is named and never skipped.
using System.Globalization;

namespace ModelBalancing.Statistics;

/// <summary>A file is not a plain column of numbers; the message names file, line and cell.</summary>
/// <param name="message">What is wrong, and what is expected.</param>
public sealed class NumberColumnException(string message) : Exception(message);

/// <summary>Reads a column of numbers.</summary>
public static class NumberColumn
{
    /// <summary>Reads a text or CSV file: a number a line, a header line allowed, quotes around a cell allowed, empty lines at the end ignored.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The header, empty without one, and the numbers in order.</returns>
    /// <exception cref="NumberColumnException">There is no such file, or a line is not one finite number.</exception>
    public static (string Header, IReadOnlyList<double> Values) Read(string path)
    {
        if (!File.Exists(path))
            throw new NumberColumnException(Directory.Exists(path) ? $"{path} is a folder; give a file with one column of numbers." : $"There is no file {path}; give a file with one column of numbers.");
        string[] lines;
        try
        {
            lines = File.ReadAllText(path).ReplaceLineEndings("\n").Split('\n');
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new NumberColumnException($"{path} cannot be read: {unreadable.Message}");
        }
        int count = lines.Length;
        while (count > 0 && string.IsNullOrWhiteSpace(lines[count - 1]))
            count--;
        string header = "";
        List<double> values = [];
        for (int at = 0; at < count; at++)
        {
            string cell = Unquoted(lines[at].Trim());
            if (double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value))
                values.Add(value);
            else if (at == 0 && IsHeader(cell))
                header = cell;
            else
                throw new NumberColumnException($"{path}, line {at + 1}: {Wrong(cell)}.");
        }
        return (header, values);
    }

    private static string Unquoted(string cell) => cell.Length > 1 && cell[0] == '"' && cell[^1] == '"' ? cell[1..^1].Replace("\"\"", "\"", StringComparison.Ordinal).Trim() : cell;

    /// <summary>A word, and not one of those that stand for a missing number.</summary>
    private static bool IsHeader(string cell) => cell.Length > 0 && (char.IsLetter(cell[0]) || cell[0] is '_' or '#') && !cell.Contains(',') && !cell.Contains(';') && !cell.Contains('\t') && !StandsForMissing(cell);

    private static bool StandsForMissing(string cell) => cell.TrimStart('+', '-').ToLowerInvariant() is "nan" or "na" or "n/a" or "null" or "none" or "inf" or "infinity" or "∞";

    private static string Wrong(string cell)
    {
        string shown = cell.Length > 40 ? cell[..40] + "…" : cell;
        if (cell.Length == 0)
            return "the cell is empty; every line needs a number, and a failed run must be reported as one, not left out";
        if (StandsForMissing(cell) || double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out _))
            return $"'{shown}' is not a finite number; a run without one failed, and must be reported as failed instead of compared";
        return cell.Contains(',') || cell.Contains(';') || cell.Contains('\t')
            ? $"'{shown}' holds more than one cell; expected one number a line, with a point as decimal mark"
            : $"'{shown}' is not a number; expected one number a line, with a point as decimal mark";
    }
}
