// What a cell has shown and may still replace.
using Microsoft.DotNet.Interactive.Formatting;

namespace Microsoft.DotNet.Interactive;

/// <summary>A value on the page.</summary>
public sealed class DisplayedValue
{
    private readonly KernelInvocationContext context;
    private readonly string[] mimeTypes;

    internal DisplayedValue(KernelInvocationContext context, string displayId, string[] mimeTypes)
    {
        this.context = context;
        this.mimeTypes = mimeTypes;
        DisplayId = displayId;
    }

    /// <summary>The id by which front ends find what to replace.</summary>
    public string DisplayId { get; }

    /// <summary>The MIME types asked for when it was first shown; empty for the preferred ones.</summary>
    public IReadOnlyList<string> MimeTypes => mimeTypes;

    /// <summary>Shows another value in its place.</summary>
    /// <param name="updatedValue">Anything, also null.</param>
    public void Update(object? updatedValue) =>
        context.Output.Update(DisplayId, KernelInvocationContext.Bundle(FormattedValue.CreateManyFromObject(updatedValue, mimeTypes)));
}
