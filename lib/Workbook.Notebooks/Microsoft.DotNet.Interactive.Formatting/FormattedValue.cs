// A value already turned into text of one MIME type.
namespace Microsoft.DotNet.Interactive.Formatting;

/// <summary>Text of one MIME type; shown as it is when it is a cell's last value, also in arrays.</summary>
public class FormattedValue
{
    /// <summary>Holds formatted text.</summary>
    /// <param name="mimeType">For example <c>text/html</c>.</param>
    /// <param name="value">The text; base64 for binary images.</param>
    public FormattedValue(string mimeType, string value)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(mimeType);
        MimeType = mimeType;
        Value = value ?? "";
    }

    /// <summary>The MIME type.</summary>
    public string MimeType { get; }

    /// <summary>The text.</summary>
    public string Value { get; }

    /// <summary>Formats a value in one MIME type.</summary>
    /// <param name="value">Anything, also null.</param>
    /// <param name="mimeType">The type wanted; null for the first preferred one.</param>
    /// <returns>The formatted value.</returns>
    public static FormattedValue CreateSingleFromObject(object? value, string? mimeType = null)
    {
        mimeType ??= Formatter.GetPreferredMimeTypesFor(value?.GetType()).First();
        return new FormattedValue(mimeType, value.ToDisplayString(mimeType));
    }

    /// <summary>Formats a value in several MIME types.</summary>
    /// <param name="value">Anything, also null; formatted values pass through.</param>
    /// <param name="mimeTypes">The types wanted; none for all preferred ones.</param>
    /// <returns>One formatted value a type, ordered by type.</returns>
    public static IReadOnlyList<FormattedValue> CreateManyFromObject(object? value, params string[] mimeTypes)
    {
        switch (value)
        {
            case FormattedValue single:
                return [single];
            case IEnumerable<FormattedValue> several:
                return [.. several];
        }
        IEnumerable<string> wanted = mimeTypes is { Length: > 0 } ? mimeTypes : Formatter.GetPreferredMimeTypesFor(value?.GetType());
        return [.. wanted.Distinct().Order(StringComparer.Ordinal).Select(type => CreateSingleFromObject(value, type))];
    }
}
