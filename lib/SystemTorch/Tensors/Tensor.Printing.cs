// A tensor as text, in the styles of Julia, NumPy and C#, or only its shape and type.
using System.Globalization;
using System.Numerics;
using System.Text;

namespace TorchSharp;

/// <summary>How a tensor is written; Default is what torch.TensorStringStyle says.</summary>
public enum TensorStringStyle { Metadata, Julia, Numpy, CSharp, Default }

public static partial class torch
{
    public const TensorStringStyle julia = TensorStringStyle.Julia;
    public const TensorStringStyle numpy = TensorStringStyle.Numpy;
    public const TensorStringStyle csharp = TensorStringStyle.CSharp;

    static TensorStringStyle printStyle = TensorStringStyle.Julia;
    static string printFloatFormat = "g5";
    static string printNewLine = Environment.NewLine;
    static int printLineWidth = 100;
    static int printMaximumRows = 6;
    static int printMaximumColumns = 6;

    /// <summary>The style of printing where none is given.</summary>
    public static TensorStringStyle TensorStringStyle
    {
        get => printStyle;
        set => printStyle = value != TensorStringStyle.Default ? value : throw new ArgumentException("The style cannot be set to 'Default'");
    }

    /// <summary>Sets how tensors are printed; what is left off stays.</summary>
    public static void set_printoptions(int precision, int? linewidth = null, string? newLine = null, bool sci_mode = false, int? maxRows = null, int? maxColumns = null) =>
        set_printoptions(null, (sci_mode ? "E" : "F") + precision, linewidth, newLine, maxRows, maxColumns);

    public static void set_printoptions(TensorStringStyle? style = null, string? floatFormat = null, int? linewidth = null, string? newLine = null, int? maxRows = null, int? maxColumns = null)
    {
        printStyle = style ?? printStyle;
        printFloatFormat = floatFormat ?? printFloatFormat;
        printLineWidth = linewidth ?? printLineWidth;
        printNewLine = newLine ?? printNewLine;
        printMaximumRows = maxRows ?? printMaximumRows;
        printMaximumColumns = maxColumns ?? printMaximumColumns;
    }

    public partial class Tensor
    {
        public override string ToString() => Metadata();

        public string ToString(bool disamb, string? fltFormat = null, int? width = null, CultureInfo? cultureInfo = null, string? newLine = null) =>
            disamb ? ToString(printStyle, fltFormat, width, cultureInfo, newLine) : Metadata();

        public string ToString(TensorStringStyle style, string? fltFormat = null, int? width = null, CultureInfo? cultureInfo = null, string? newLine = null)
        {
            if (style == TensorStringStyle.Default) style = printStyle;
            if (style == TensorStringStyle.Metadata || device_type == DeviceType.META) return Metadata();
            using var scope = NewDisposeScope();
            using var recording = no_grad();
            var text = new Text(this, fltFormat ?? printFloatFormat, cultureInfo ?? CultureInfo.CurrentCulture, newLine ?? printNewLine);
            return style switch
            {
                TensorStringStyle.Julia => text.Julia(Metadata(), width ?? printLineWidth),
                TensorStringStyle.Numpy => text.Nested("[", "]", "", ""),
                TensorStringStyle.CSharp => text.CSharp(Metadata()),
                _ => throw new System.ComponentModel.InvalidEnumArgumentException(nameof(style), (int)style, typeof(TensorStringStyle)),
            };
        }

        string Metadata() => IsInvalid ? "" : $"[{string.Join("x", shape)}], type = {dtype}, device = {device}";

        // The values of one tensor, row by row, and the ways to lay them out.
        sealed class Text
        {
            readonly long[] shape;
            readonly ScalarType type;
            readonly string newLine;
            readonly Func<long, string> value;

            internal Text(Tensor tensor, string format, CultureInfo culture, string newLine)
            {
                shape = tensor.shape;
                type = tensor.dtype;
                this.newLine = newLine;
                var flat = tensor.cpu().resolve_conj().contiguous();
                value = type switch
                {
                    ScalarType.Byte => Of<byte>(flat, number => number.ToString()),
                    ScalarType.Int8 => Of<sbyte>(flat, number => number.ToString()),
                    ScalarType.Int16 => Of<short>(flat, number => number.ToString()),
                    ScalarType.Int32 => Of<int>(flat, number => number.ToString()),
                    ScalarType.Int64 => Of<long>(flat, number => number.ToString()),
                    ScalarType.Bool => Of<bool>(flat, number => number.ToString(culture)),
                    ScalarType.BFloat16 => Of<BFloat16>(flat, number => number.ToSingle().ToString(format, culture)),
                    ScalarType.Float16 => Of<Half>(flat, number => ((float)number).ToString(format, culture)),
                    ScalarType.Float32 => Of<float>(flat, number => number.ToString(format, culture)),
                    ScalarType.Float64 => Of<double>(flat, number => number.ToString(format, culture)),
                    ScalarType.ComplexFloat32 => Of<(float Real, float Imaginary)>(flat, number => Parts(number.Real == 0, number.Imaginary == 0, number.Real.ToString(format, culture), number.Imaginary.ToString(format, culture))),
                    ScalarType.ComplexFloat64 => Of<Complex>(flat, number => Parts(number.Real == 0, number.Imaginary == 0, number.Real.ToString(format, culture), number.Imaginary.ToString(format, culture))),
                    _ => _ => "",
                };
            }

            static Func<long, string> Of<T>(Tensor flat, Func<T, string> text) where T : unmanaged
            {
                var accessor = flat.data<T>();
                return index => text(accessor[index]);
            }

            static string Parts(bool noReal, bool noImaginary, string real, string imaginary) =>
                noImaginary ? real : noReal ? imaginary + "i" : $"{real}+{imaginary}i";

            // ---- Julia: matrices with aligned columns

            internal string Julia(string metadata, int width)
            {
                var builder = new StringBuilder(metadata);
                switch (shape.Length)
                {
                    case 0:
                        builder.Append(", value = ").Append(value(0));
                        break;
                    case 1:
                        builder.Append(newLine);
                        Matrix(builder, 0, 1, shape[0], width);
                        break;
                    case 2:
                        builder.Append(newLine);
                        Matrix(builder, 0, shape[0], shape[1], width);
                        break;
                    default:
                        var (rows, columns) = (shape[^2], shape[^1]);
                        var index = new long[shape.Length - 2];
                        var count = shape[..^2].TotalSize();
                        for (var i = 0L; i < count; i++)
                        {
                            builder.Append(newLine).Append($"[{string.Join(',', index)},..,..] =").Append(newLine);
                            Matrix(builder, i * rows * columns, rows, columns, width);
                            for (var k = index.Length - 1; k >= 0 && ++index[k] == shape[k]; k--) index[k] = 0;
                        }
                        break;
                }
                return builder.ToString();
            }

            void Matrix(StringBuilder builder, long start, long rowCount, long columnCount, int width)
            {
                var rows = new List<List<string>>();
                for (var i = 0L; i < rowCount; i++) rows.Add(Row(start + i * columnCount, columnCount, width));
                if (rows.Count == 0) return;
                var shown = rows.Min(row => row.Count);
                var widths = Enumerable.Range(0, shown).Select(column => rows.Max(row => row[column].Length)).ToArray();
                foreach (var row in rows)
                {
                    for (var column = 0; column < shown; column++) builder.Append(' ').Append(row[column].PadLeft(widths[column]));
                    if (shown < columnCount) builder.Append(" ...");
                    builder.Append(newLine);
                }
            }

            // As many values as fit on a line, with room kept for an ellipsis.
            List<string> Row(long start, long columnCount, int width)
            {
                const int ellipsis = 4;
                var row = new List<string>();
                for (var i = 0L; i < columnCount; i++)
                {
                    var text = value(start + i);
                    if (width - text.Length - ellipsis < 0) break;
                    row.Add(text);
                    width -= text.Length + 1;
                }
                return row;
            }

            // ---- NumPy and C#: nested brackets

            internal string CSharp(string metadata)
            {
                var (name, suffix) = type switch
                {
                    ScalarType.Bool => ("bool", ""),
                    ScalarType.Byte => ("byte", ""),
                    ScalarType.Int8 => ("sbyte", ""),
                    ScalarType.Int16 => ("short", ""),
                    ScalarType.Int32 => ("int", ""),
                    ScalarType.Int64 => ("long", "L"),
                    ScalarType.Float16 => ("float16", "f"),
                    ScalarType.BFloat16 => ("bfloat16", "f"),
                    ScalarType.Float32 => ("float", "f"),
                    ScalarType.Float64 => ("double", ""),
                    ScalarType.ComplexFloat32 => ("complex32", ""),
                    ScalarType.ComplexFloat64 => ("complex64", ""),
                    _ => ("", ""),
                };
                if (name.Length == 0) return metadata;
                if (shape.Length == 0) return $"{metadata}, value = {value(0)}";
                var commas = new string(',', shape.Length - 1);
                var body = Nested("{", "}", ",", suffix);
                if (shape.Length == 1) return $"{metadata}, value = {name} [{commas}] {body}";
                return $"{metadata}, value = {newLine}{name} [{commas}] {{{newLine} {body[1..^1]}{newLine}}}";
            }

            internal string Nested(string open, string close, string separator, string suffix)
            {
                var builder = new StringBuilder();
                Nest(builder, 0, 0, open, close, separator, suffix);
                return builder.ToString();
            }

            void Nest(StringBuilder builder, int dimension, long start, string open, string close, string separator, string suffix)
            {
                if (dimension == shape.Length)
                {
                    builder.Append(value(start)).Append(suffix);
                    return;
                }
                var count = shape[dimension];
                var innermost = dimension == shape.Length - 1;
                var most = innermost ? printMaximumColumns : printMaximumRows;
                var stride = shape[(dimension + 1)..].TotalSize();
                // C# separates rows by a comma and one line break; NumPy by as many line breaks as dimensions are left.
                var between = innermost ? ", " : separator.Length > 0 ? separator + newLine : string.Concat(Enumerable.Repeat(newLine, shape.Length - dimension - 1));
                var afterGap = innermost ? " " : separator.Length > 0 ? newLine : between;
                var indent = new string(' ', dimension + 1);
                builder.Append(open);
                for (var i = 0L; i < count; i++)
                {
                    if (i > 0 && !innermost) builder.Append(indent);
                    Nest(builder, dimension + 1, start + i * stride, open, close, separator, suffix);
                    if (i + 1 < count) builder.Append(between);
                    if (count > most && i == most - most / 2 - 1)
                    {
                        if (!innermost) builder.Append(indent[1..]).Append(' ');
                        builder.Append("...").Append(afterGap);
                        i = count - most / 2 - 1;
                    }
                }
                builder.Append(close);
            }
        }
    }
}
