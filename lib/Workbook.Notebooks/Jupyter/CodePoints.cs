// Jupyter counts a cursor in Unicode code points, .NET in UTF-16 units: they differ behind an emoji.
namespace Workbook.Notebooks.Jupyter;

/// <summary>Positions in text.</summary>
internal static class CodePoints
{
    /// <summary>The index of the code point with this number; the text's end when there are fewer.</summary>
    internal static int ToIndex(string text, int number)
    {
        int index = 0;
        for (; number > 0 && index < text.Length; number--)
            index += index + 1 < text.Length && char.IsSurrogatePair(text, index) ? 2 : 1;
        return index;
    }

    /// <summary>How many code points come before the index.</summary>
    internal static int FromIndex(string text, int index)
    {
        int number = 0;
        for (int at = 0; at < index; number++)
            at += at + 1 < text.Length && char.IsSurrogatePair(text, at) ? 2 : 1;
        return number;
    }
}
