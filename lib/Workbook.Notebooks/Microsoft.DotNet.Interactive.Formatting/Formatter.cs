// How values become text: what notebooks register, what types declare about themselves, and the defaults below both.
using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;

namespace Microsoft.DotNet.Interactive.Formatting;

/// <summary>Turns values into text of a MIME type.</summary>
/// <remarks>
/// The part of the public API that a notebook can use on this kernel and on .NET Interactive alike.
/// Order of choice for a value and a MIME type: a formatter registered for its exact type, one registered for the nearest base or interface,
/// the one its type declares with a <c>TypeFormatterSourceAttribute</c>, the default.
/// </remarks>
public static class Formatter
{
    /// <summary>Plain text, the default of most methods.</summary>
    public const string PlainTextMimeType = "text/plain";

    /// <summary>HTML.</summary>
    public const string HtmlMimeType = "text/html";

    private sealed record Registration(Type Type, string MimeType, Func<object, TextWriter, bool> Format);

    private static readonly Lock Gate = new();
    private static readonly ConcurrentDictionary<(Type, string), Func<object, TextWriter, bool>?> Chosen = new();
    private static ImmutableList<Registration> registrations = [];
    private static ImmutableDictionary<Type, string[]> preferences = ImmutableDictionary<Type, string[]>.Empty;

    [ThreadStatic]
    private static int depth;

    /// <summary>How many items of a sequence are shown; default 20.</summary>
    public static int ListExpansionLimit { get; set; } = 20;

    /// <summary>How deep members of members are shown; default 6.</summary>
    public static int RecursionLimit { get; set; } = 6;

    /// <summary>What stands for null.</summary>
    public static string NullString { get; set; } = "<null>";

    /// <summary>Registers a formatter for a type and all derived from it.</summary>
    /// <typeparam name="T">The type; also an interface.</typeparam>
    /// <param name="formatter">Gives the text.</param>
    /// <param name="mimeType">The MIME type of the text.</param>
    public static void Register<T>(Func<T, string> formatter, string mimeType = PlainTextMimeType)
    {
        ArgumentNullException.ThrowIfNull(formatter);
        Register(typeof(T), (value, writer) => writer.Write(formatter((T)value)), mimeType);
    }

    /// <summary>Registers a formatter for a type and all derived from it.</summary>
    /// <typeparam name="T">The type; also an interface.</typeparam>
    /// <param name="formatter">Writes the text.</param>
    /// <param name="mimeType">The MIME type of the text.</param>
    public static void Register<T>(Action<T, TextWriter> formatter, string mimeType = PlainTextMimeType)
    {
        ArgumentNullException.ThrowIfNull(formatter);
        Register(typeof(T), (value, writer) => formatter((T)value, writer), mimeType);
    }

    /// <summary>Registers a formatter for a type and all derived from it; an open generic type stands for all its closed ones.</summary>
    /// <param name="type">The type; also an interface.</param>
    /// <param name="formatter">Writes the text.</param>
    /// <param name="mimeType">The MIME type of the text.</param>
    public static void Register(Type type, Action<object, TextWriter> formatter, string mimeType = PlainTextMimeType)
    {
        ArgumentNullException.ThrowIfNull(type);
        ArgumentNullException.ThrowIfNull(formatter);
        ArgumentException.ThrowIfNullOrWhiteSpace(mimeType);
        lock (Gate)
            registrations = registrations.Insert(0, new Registration(type, mimeType, (value, writer) =>
            {
                formatter(value, writer);
                return true;
            }));
        Chosen.Clear();
    }

    /// <summary>Says in which MIME types values of a type are shown when a cell does not name one.</summary>
    /// <param name="type">The type and all derived from it.</param>
    /// <param name="preferredMimeTypes">The types; none returns to the default.</param>
    public static void SetPreferredMimeTypesFor(Type type, params string[] preferredMimeTypes)
    {
        ArgumentNullException.ThrowIfNull(type);
        lock (Gate)
            preferences = preferredMimeTypes is { Length: > 0 } ? preferences.SetItem(type, [.. preferredMimeTypes]) : preferences.Remove(type);
    }

    /// <summary>In which MIME types values of a type are shown.</summary>
    /// <param name="type">The type; null for the null value.</param>
    /// <returns>At least one MIME type.</returns>
    public static IEnumerable<string> GetPreferredMimeTypesFor(Type? type)
    {
        if (type is null)
            return [PlainTextMimeType];
        ImmutableDictionary<Type, string[]> set = preferences;
        if (Nearest(set.Keys, type) is Type chosen)
            return set[chosen];
        if (TypeFormatterConvention.For(type) is { PreferredMimeTypes: { Count: > 0 } declared })
            return declared;
        return registrations.Where(registration => Distance(registration.Type, type) is not null && registration.Type != typeof(object))
            .Select(registration => registration.MimeType)
            .Concat(TypeFormatterConvention.For(type)?.MimeTypes ?? [])
            .Concat(DefaultFormats.MimeTypesOf(type)).Distinct();
    }

    /// <summary>Forgets what was registered and set; what types declare about themselves stays.</summary>
    public static void ResetToDefault()
    {
        lock (Gate)
        {
            registrations = [];
            preferences = ImmutableDictionary<Type, string[]>.Empty;
            ListExpansionLimit = 20;
            RecursionLimit = 6;
            NullString = "<null>";
        }
        Chosen.Clear();
    }

    /// <summary>A value as text of a MIME type.</summary>
    /// <param name="obj">Anything, also null.</param>
    /// <param name="mimeType">The MIME type; default plain text.</param>
    /// <returns>The text.</returns>
    public static string ToDisplayString(this object? obj, string mimeType = PlainTextMimeType)
    {
        using var writer = new StringWriter(CultureInfo.InvariantCulture);
        FormatTo(obj, writer, mimeType);
        return writer.ToString();
    }

    /// <summary>Writes a value as text of a MIME type.</summary>
    /// <typeparam name="T">The static type; the value's own type decides.</typeparam>
    /// <param name="obj">Anything, also null.</param>
    /// <param name="writer">Where to.</param>
    /// <param name="mimeType">The MIME type; default plain text.</param>
    public static void FormatTo<T>(this T obj, TextWriter writer, string mimeType = PlainTextMimeType)
    {
        ArgumentNullException.ThrowIfNull(writer);
        if (obj is null)
        {
            writer.Write(mimeType == HtmlMimeType ? DefaultFormats.Encode(NullString) : NullString);
            return;
        }
        if (depth >= RecursionLimit)
        {
            string shortened = DefaultFormats.Short(obj);
            writer.Write(mimeType == HtmlMimeType ? DefaultFormats.Encode(shortened) : shortened);
            return;
        }
        depth++;
        try
        {
            if (Find(obj.GetType(), mimeType) is not { } format || !format(obj, writer))
                DefaultFormats.Write(obj, writer, mimeType);
        }
        finally
        {
            depth--;
        }
    }

    /// <summary>True when a formatter was registered for the type or declared by it, so that it is not taken apart member by member.</summary>
    internal static bool HasOwn(Type type, string mimeType) => Find(type, mimeType) is not null;

    private static Func<object, TextWriter, bool>? Find(Type type, string mimeType) => Chosen.GetOrAdd((type, mimeType), static key =>
    {
        var (type, mimeType) = key;
        var candidates = registrations.Where(registration => registration.MimeType == mimeType).ToList();
        Type? nearest = Nearest(candidates.Select(registration => registration.Type), type);
        TypeFormatterConvention? declared = TypeFormatterConvention.For(type);
        if (nearest is not null && (declared is null || nearest != typeof(object)))
            return candidates.First(registration => registration.Type == nearest).Format;
        return declared?.FormatterFor(type, mimeType);
    });

    private static Type? Nearest(IEnumerable<Type> candidates, Type type) =>
        candidates.Select(candidate => (Type: candidate, Distance: Distance(candidate, type)))
            .Where(pair => pair.Distance is not null).OrderBy(pair => pair.Distance).FirstOrDefault().Type;

    /// <summary>0 for the type itself, then its bases in order, then interfaces, then object; null when not assignable.</summary>
    private static int? Distance(Type candidate, Type type)
    {
        const int anInterface = 1000, everything = 2000;
        if (candidate == typeof(object))
            return type == typeof(object) ? 0 : everything;
        int steps = 0;
        for (Type? current = type; current is not null; current = current.BaseType, steps++)
            if (Same(candidate, current))
                return steps;
        return type.GetInterfaces().Any(implemented => Same(candidate, implemented)) ? anInterface : null;
    }

    private static bool Same(Type candidate, Type actual) =>
        candidate == actual || (candidate.IsGenericTypeDefinition && actual.IsGenericType && actual.GetGenericTypeDefinition() == candidate);
}
