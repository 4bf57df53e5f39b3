// How a library says what its values look like without referring to any notebook package.
using System.Collections;
using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.ExceptionServices;

namespace Microsoft.DotNet.Interactive.Formatting;

/// <summary>
/// What a type declares with an attribute that is only named <c>TypeFormatterSourceAttribute</c>: it has <c>Type FormatterSourceType</c> and optionally
/// <c>string[] PreferredMimeTypes</c>; the source type has <c>CreateTypeFormatters()</c>, and each formatter <c>MimeType</c>, optionally <c>Type</c>,
/// and <c>bool Format(object, TextWriter)</c>.
/// </summary>
internal sealed class TypeFormatterConvention
{
    private sealed record Declared(string MimeType, Type? Type, object Target, MethodInfo Format);

    private static readonly ConcurrentDictionary<Type, TypeFormatterConvention?> Known = new();
    private readonly List<Declared> formatters = [];

    private TypeFormatterConvention(Attribute attribute)
    {
        if (Property(attribute, "FormatterSourceType") is not Type sourceType)
            return;
        PreferredMimeTypes = Property(attribute, "PreferredMimeTypes") is IEnumerable<string> preferred ? [.. preferred] : [];
        object source = Activator.CreateInstance(sourceType, nonPublic: true)!;
        if (sourceType.GetMethod("CreateTypeFormatters", Type.EmptyTypes)?.Invoke(source, null) is not IEnumerable made)
            return;
        foreach (object formatter in made)
        {
            MethodInfo? format = formatter.GetType().GetMethod("Format", [typeof(object), typeof(TextWriter)]);
            if (Property(formatter, "MimeType") is string mimeType && format?.ReturnType == typeof(bool))
                formatters.Add(new Declared(mimeType, Property(formatter, "Type") as Type, formatter, format));
        }
    }

    /// <summary>The MIME types the attribute prefers; empty when it names none.</summary>
    internal IReadOnlyList<string> PreferredMimeTypes { get; } = [];

    /// <summary>The MIME types there are formatters for.</summary>
    internal IEnumerable<string> MimeTypes => formatters.Select(formatter => formatter.MimeType);

    /// <summary>What a type or one of its bases declares, or null.</summary>
    internal static TypeFormatterConvention? For(Type type) => Known.GetOrAdd(type, static type =>
    {
        object? attribute = type.GetCustomAttributes(inherit: true).FirstOrDefault(candidate => candidate.GetType().Name == "TypeFormatterSourceAttribute");
        return attribute is null ? null : new TypeFormatterConvention((Attribute)attribute);
    });

    internal Func<object, TextWriter, bool>? FormatterFor(Type type, string mimeType)
    {
        List<Declared> fitting = [.. formatters.Where(formatter =>
            formatter.MimeType == mimeType && (formatter.Type is null || formatter.Type.IsAssignableFrom(type)))];
        return fitting.Count == 0 ? null : (value, writer) => fitting.Any(formatter => Call(formatter, value, writer));
    }

    private static bool Call(Declared formatter, object value, TextWriter writer)
    {
        try
        {
            return (bool)formatter.Format.Invoke(formatter.Target, [value, writer])!;
        }
        catch (TargetInvocationException error) when (error.InnerException is not null)
        {
            ExceptionDispatchInfo.Throw(error.InnerException);
            throw;
        }
    }

    private static object? Property(object target, string name) => target.GetType().GetProperty(name)?.GetValue(target);
}
