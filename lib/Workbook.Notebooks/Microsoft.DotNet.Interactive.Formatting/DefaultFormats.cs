// What values look like when nothing was registered: plain text for simple values, tables for records and sequences of records.
using System.Collections;
using System.Globalization;
using System.Net;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

namespace Microsoft.DotNet.Interactive.Formatting;

/// <summary>The default formatters.</summary>
internal static class DefaultFormats
{
    private sealed record Column(string Name, Func<object, object?> Value);

    /// <summary>What a sequence shows: its first items and how many more there are (-1 when not known).</summary>
    private sealed record Excerpt(List<object?> Items, int More)
    {
        internal string? Note => More switch { 0 => null, < 0 => "… (more)", _ => string.Create(CultureInfo.InvariantCulture, $"… ({More:N0} more)") };
    }

    internal static IEnumerable<string> MimeTypesOf(Type type)
    {
        if (type == typeof(HtmlContent) || type == typeof(ScriptContent))
            return [Formatter.HtmlMimeType];
        return IsTabular(type) ? [Formatter.HtmlMimeType, Formatter.PlainTextMimeType] : [Formatter.PlainTextMimeType];
    }

    internal static void Write(object value, TextWriter writer, string mimeType)
    {
        switch (mimeType)
        {
            case Formatter.HtmlMimeType:
                WriteHtml(value, writer);
                break;
            case "application/json" when value is not string:
                writer.Write(JsonSerializer.Serialize(value));
                break;
            default:
                WritePlain(value, writer);
                break;
        }
    }

    /// <summary>Text as HTML.</summary>
    internal static string Encode(string text) => WebUtility.HtmlEncode(text);

    /// <summary>One line for a value that is not taken apart further.</summary>
    internal static string Short(object value)
    {
        try
        {
            return Scalar(value) ?? (value is IEnumerable and not string ? TypeName(value.GetType()) : value.ToString() ?? "");
        }
        catch (Exception error) when (IsOrdinary(error))
        {
            return $"<{error.Message}>";
        }
    }

    private static bool IsTabular(Type type)
    {
        if (type == typeof(string) || ScalarLike(type))
            return false;
        if (typeof(IDictionary).IsAssignableFrom(type))
            return true;
        if (typeof(IEnumerable).IsAssignableFrom(type))
            return ElementType(type) is not Type element || (!ScalarLike(element) && element != typeof(string));
        return TakesApart(type);
    }

    /// <summary>True for records, anonymous types and types without a text of their own.</summary>
    private static bool TakesApart(Type type)
    {
        if (ScalarLike(type) || type == typeof(object) || typeof(Delegate).IsAssignableFrom(type) || typeof(MemberInfo).IsAssignableFrom(type) ||
            typeof(Exception).IsAssignableFrom(type) || typeof(Task).IsAssignableFrom(type) || Columns(type).Count == 0)
            return false;
        if (type.Name.Contains("AnonymousType", StringComparison.Ordinal))
            return true;
        MethodInfo text = type.GetMethod(nameof(ToString), Type.EmptyTypes)!;
        return text.DeclaringType == typeof(object) || text.DeclaringType == typeof(ValueType) || text.IsDefined(typeof(CompilerGeneratedAttribute));
    }

    private static bool ScalarLike(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type.IsPrimitive || type.IsEnum || type.IsPointer || type == typeof(string) || typeof(IFormattable).IsAssignableFrom(type) || type == typeof(HtmlContent) || type == typeof(ScriptContent);
    }

    private static string? Scalar(object value) => value switch
    {
        string text => text,
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        bool or char => value.ToString(),
        _ => null,
    };

    private static Type? ElementType(Type type)
    {
        if (type.IsArray)
            return type.GetElementType();
        return type.GetInterfaces().Append(type).FirstOrDefault(candidate =>
            candidate.IsGenericType && candidate.GetGenericTypeDefinition() == typeof(IEnumerable<>))?.GetGenericArguments()[0];
    }

    private static List<Column> Columns(Type type)
    {
        const BindingFlags instance = BindingFlags.Public | BindingFlags.Instance;
        var columns = new List<Column>();
        foreach (PropertyInfo property in type.GetProperties(instance))
            if (property.CanRead && property.GetMethod!.IsPublic && property.GetIndexParameters().Length == 0 && Showable(property.PropertyType) && property.Name != "EqualityContract")
                columns.Add(new Column(property.Name, property.GetValue));
        foreach (FieldInfo field in type.GetFields(instance))
            if (Showable(field.FieldType))
                columns.Add(new Column(field.Name, field.GetValue));
        return columns;
    }

    private static bool Showable(Type type) => !type.IsByRefLike && !type.IsByRef && !type.IsPointer;

    private static object? Read(Column column, object value)
    {
        try
        {
            return column.Value(value);
        }
        catch (Exception error) when (IsOrdinary(error))
        {
            return $"<{(error is TargetInvocationException { InnerException: { } inner } ? inner : error).Message}>";
        }
    }

    private static bool IsOrdinary(Exception error) =>
        error is not (ThreadInterruptedException or ThreadAbortException or OperationCanceledException) && error.InnerException is not (ThreadInterruptedException or ThreadAbortException);

    private static Excerpt Take(IEnumerable sequence)
    {
        var items = new List<object?>();
        int limit = Math.Max(1, Formatter.ListExpansionLimit);
        int? count = sequence is ICollection collection ? collection.Count : null;
        foreach (object? item in sequence)
        {
            if (items.Count == limit)
                return new Excerpt(items, count - limit ?? -1);
            items.Add(item);
        }
        return new Excerpt(items, 0);
    }

    private static void WriteHtml(object value, TextWriter writer)
    {
        switch (value)
        {
            case HtmlContent or ScriptContent:
                writer.Write(value.ToString());
                return;
            case string or IFormattable or bool or char:
                writer.Write(Encode(Scalar(value)!));
                return;
            case IDictionary entries:
                var pairs = Take(entries);
                WriteHtmlTable(writer, ["key", "value"], pairs.Items.Cast<object>().Select(pair => pair is DictionaryEntry entry ? new[] { entry.Key, entry.Value } : PairOf(pair)), pairs.Note);
                return;
            case IEnumerable sequence when IsTabular(value.GetType()):
                WriteHtmlSequence(sequence, writer);
                return;
            default:
                if (TakesApart(value.GetType()))
                    WriteHtmlTable(writer, null, Columns(value.GetType()).Select(column => new[] { column.Name, Read(column, value) }), null);
                else
                    writer.Write($"<pre>{Encode(Plain(value))}</pre>");
                return;
        }
    }

    private static object?[] PairOf(object pair) =>
        [pair.GetType().GetProperty("Key")?.GetValue(pair), pair.GetType().GetProperty("Value")?.GetValue(pair)];

    private static void WriteHtmlSequence(IEnumerable sequence, TextWriter writer)
    {
        Excerpt excerpt = Take(sequence);
        if (CommonColumns(excerpt, Formatter.HtmlMimeType) is { } columns)
            WriteHtmlTable(writer, [.. columns.Select(column => column.Name)], excerpt.Items.Select(item => columns.Select(column => Read(column, item!)).ToArray()), excerpt.Note);
        else if (excerpt.Items.Any(item => item is not null && (IsTabular(item.GetType()) || Formatter.HasOwn(item.GetType(), Formatter.HtmlMimeType))))
            WriteHtmlTable(writer, null, excerpt.Items.Select((item, index) => new[] { index, item }), excerpt.Note);
        else
            writer.Write($"<pre>{Encode(Bracketed(excerpt))}</pre>");
    }

    private static void WriteHtmlTable(TextWriter writer, string[]? heads, IEnumerable<object?[]> rows, string? note)
    {
        writer.Write("<table>");
        if (heads is not null)
            writer.Write($"<thead><tr>{string.Concat(heads.Select(head => $"<th>{Encode(head)}</th>"))}</tr></thead>");
        writer.Write("<tbody>");
        foreach (object?[] row in rows)
        {
            writer.Write("<tr>");
            for (int index = 0; index < row.Length; index++)
            {
                string tag = heads is null && index == 0 ? "th" : "td";
                writer.Write($"<{tag}{(row[index] is not (null or string or bool or char) && ScalarLike(row[index]!.GetType()) ? " style=\"text-align:right\"" : "")}>");
                row[index].FormatTo(writer, Formatter.HtmlMimeType);
                writer.Write($"</{tag}>");
            }
            writer.Write("</tr>");
        }
        writer.Write("</tbody></table>");
        if (note is not null)
            writer.Write($"<p>{Encode(note)}</p>");
    }

    /// <summary>The columns of a sequence whose items are of one type that is shown member by member; else null.</summary>
    private static List<Column>? CommonColumns(Excerpt excerpt, string mimeType)
    {
        if (excerpt.Items.Count == 0 || excerpt.Items[0] is not { } first || excerpt.Items.Any(item => item?.GetType() != first.GetType()))
            return null;
        Type type = first.GetType();
        return TakesApart(type) && !typeof(IEnumerable).IsAssignableFrom(type) && !Formatter.HasOwn(type, mimeType) ? Columns(type) : null;
    }

    private static string Plain(object value)
    {
        using var writer = new StringWriter(CultureInfo.InvariantCulture);
        WritePlain(value, writer);
        return writer.ToString();
    }

    private static void WritePlain(object value, TextWriter writer)
    {
        switch (value)
        {
            case string or IFormattable or bool or char:
                writer.Write(Scalar(value));
                return;
            case HtmlContent or ScriptContent:
                writer.Write(value.ToString());
                return;
            case Type type:
                writer.Write(TypeName(type));
                return;
            case IDictionary entries:
                Excerpt pairs = Take(entries);
                WriteLines(writer, pairs.Items.Select(pair => pair is DictionaryEntry entry ? new[] { entry.Key, entry.Value } : PairOf(pair!)).Select(pair => $"{Cell(pair[0])}: {Cell(pair[1])}"), pairs.Note);
                return;
            case Array { Rank: 2 } grid:
                WriteLines(writer, Enumerable.Range(0, Math.Min(grid.GetLength(0), Formatter.ListExpansionLimit)).Select(row =>
                    Bracketed(Take(Enumerable.Range(0, grid.GetLength(1)).Select(column => grid.GetValue(row, column)).ToList()))),
                    grid.GetLength(0) > Formatter.ListExpansionLimit ? "…" : null);
                return;
            case IEnumerable sequence when value.GetType().GetMethod(nameof(ToString), Type.EmptyTypes)!.DeclaringType is { } declaring && (declaring == typeof(object) || IsTabular(value.GetType()) || declaring.Namespace?.StartsWith("System", StringComparison.Ordinal) == true):
                Excerpt excerpt = Take(sequence);
                if (CommonColumns(excerpt, Formatter.PlainTextMimeType) is { } columns)
                    WritePlainTable(writer, columns, excerpt);
                else if (excerpt.Items.Any(item => item is not null && Scalar(item) is null))
                    WriteLines(writer, excerpt.Items.Select(Cell), excerpt.Note);
                else
                    writer.Write(Bracketed(excerpt));
                return;
            default:
                if (TakesApart(value.GetType()) && value.GetType().GetMethod(nameof(ToString), Type.EmptyTypes)!.DeclaringType is { } plain && (plain == typeof(object) || plain == typeof(ValueType)))
                    WriteLines(writer, Columns(value.GetType()).Select(column => $"  {column.Name}: {Cell(Read(column, value))}").Prepend(TypeName(value.GetType())), null);
                else
                    writer.Write(value.ToString());
                return;
        }
    }

    private static void WriteLines(TextWriter writer, IEnumerable<string> lines, string? note) =>
        writer.Write(string.Join('\n', note is null ? lines : lines.Append(note)));

    private static string Bracketed(Excerpt excerpt) =>
        $"[ {string.Join(", ", excerpt.Items.Select(Cell).Concat(excerpt.Note is null ? [] : [excerpt.Note]))} ]".Replace("[  ]", "[ ]", StringComparison.Ordinal);

    private static string Cell(object? value) => value.ToDisplayString().ReplaceLineEndings(" ");

    private static void WritePlainTable(TextWriter writer, List<Column> columns, Excerpt excerpt)
    {
        var rows = excerpt.Items.Select(item => columns.Select(column => Read(column, item!)).ToArray()).ToList();
        List<string[]> texts = [[.. columns.Select(column => column.Name)], .. rows.Select(row => row.Select(Cell).ToArray())];
        int[] widths = [.. columns.Select((_, index) => texts.Max(row => row[index].Length))];
        bool[] right = [.. columns.Select((_, index) => rows.All(row => row[index] is not (null or string or bool or char) && ScalarLike(row[index]!.GetType())))];
        WriteLines(writer, texts.Select(row => string.Join("  ", row.Select((text, index) => right[index] ? text.PadLeft(widths[index]) : text.PadRight(widths[index]))).TrimEnd()), excerpt.Note);
    }

    private static string TypeName(Type type)
    {
        if (type.IsArray)
            return $"{TypeName(type.GetElementType()!)}[{new string(',', type.GetArrayRank() - 1)}]";
        if (!type.IsGenericType)
            return type.DeclaringType is { } outer && outer.Name.StartsWith("Submission#", StringComparison.Ordinal) ? type.Name : type.FullName ?? type.Name;
        var name = new StringBuilder(type.Namespace is { Length: > 0 } space ? space + "." : "").Append(type.Name.Split('`')[0]);
        return name.Append('<').AppendJoin(", ", type.GetGenericArguments().Select(TypeName)).Append('>').ToString();
    }
}
