// Showing any value from inside a cell.
using Microsoft.DotNet.Interactive;
using Microsoft.DotNet.Interactive.Formatting;

namespace System;

/// <summary>Showing values with a method on the value.</summary>
public static class DisplayExtensions
{
    /// <summary>Shows a value now.</summary>
    /// <param name="value">Anything, also null.</param>
    /// <param name="mimeTypes">The MIME types wanted; none for the preferred ones.</param>
    /// <returns>What was shown, so that it can be replaced.</returns>
    public static DisplayedValue Display(this object? value, params string[] mimeTypes) => Kernel.display(value, mimeTypes);

    /// <summary>Shows text that already is of a MIME type.</summary>
    /// <param name="value">The text; base64 for binary images.</param>
    /// <param name="mimeType">Its MIME type.</param>
    /// <returns>What was shown.</returns>
    public static DisplayedValue DisplayAs(this string value, string mimeType) => Kernel.display(new FormattedValue(mimeType, value), mimeType);
}
