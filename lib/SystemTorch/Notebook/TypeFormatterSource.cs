// How tensors show themselves in notebooks: hosts find the attribute by its name and call what it names.
namespace TorchSharp.Utils;

/// <summary>Names the type that makes a notebook host's formatters for a class.</summary>
[AttributeUsage(AttributeTargets.Class)]
public class TypeFormatterSourceAttribute : Attribute
{
    public TypeFormatterSourceAttribute(Type formatterSourceType) => FormatterSourceType = formatterSourceType;

    public Type FormatterSourceType { get; }
}

internal sealed class TypeFormatterSource
{
    public IEnumerable<object> CreateTypeFormatters() => [new TensorPlainTextFormatter(), new TensorHtmlFormatter()];
}

internal sealed class TensorPlainTextFormatter
{
    public string MimeType => "text/plain";

    public bool Format(object instance, TextWriter writer)
    {
        if (instance is not torch.Tensor tensor) return false;
        writer.Write(tensor.ToString(TensorStringStyle.Default));
        return true;
    }
}

internal sealed class TensorHtmlFormatter
{
    public string MimeType => "text/html";

    public bool Format(object instance, TextWriter writer)
    {
        if (instance is not torch.Tensor tensor) return false;
        writer.Write($"<div><pre>{tensor.ToString(TensorStringStyle.Default)}</pre></div>");
        return true;
    }
}
