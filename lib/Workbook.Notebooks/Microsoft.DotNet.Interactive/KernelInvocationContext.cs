// The running cell, as code inside it sees it: where it shows things, and whether it was asked to stop.
using Microsoft.DotNet.Interactive.Formatting;
using Workbook.Notebooks.Documents;
using Workbook.Notebooks.Sessions;

namespace Microsoft.DotNet.Interactive;

/// <summary>The running cell. Tasks and threads that a cell starts see the cell that started them.</summary>
public sealed class KernelInvocationContext
{
    private static readonly AsyncLocal<KernelInvocationContext?> Ambient = new();
    private static volatile KernelInvocationContext? latest;

    private readonly CancellationToken cancellation;
    private readonly Func<string, bool, string>? ask;

    internal KernelInvocationContext(IOutputSink output, CancellationToken cancellation, Func<string, bool, string>? ask)
    {
        Output = output;
        this.cancellation = cancellation;
        this.ask = ask;
    }

    /// <summary>The cell that runs here, or null outside any cell.</summary>
    public static KernelInvocationContext? Current => Ambient.Value ?? latest;

    /// <summary>Cancelled when the user interrupts the cell. A loop that looks at it gets the time to end its step.</summary>
    public CancellationToken CancellationToken
    {
        get
        {
            TokenWasTaken = true;
            return cancellation;
        }
    }

    internal bool TokenWasTaken { get; private set; }

    internal IOutputSink Output { get; }

    internal static KernelInvocationContext Required =>
        Current ?? throw new InvalidOperationException("Nothing can be shown here: no cell is running.");

    /// <summary>Makes this the cell of the calling thread and what it starts; with <paramref name="everywhere"/> also of threads that no cell started.</summary>
    internal void Enter(bool everywhere)
    {
        Ambient.Value = this;
        if (everywhere)
            latest = this;
    }

    internal static void Leave() => Ambient.Value = null;

    internal string Ask(string prompt, bool isPassword) => ask is null
        ? throw new InvalidOperationException("The cell asks for input, but the notebook runs without a user: set the value in the cell instead.")
        : ask(prompt, isPassword);

    internal static IReadOnlyList<MimeContent> Bundle(IEnumerable<FormattedValue> values) =>
        [.. values.GroupBy(value => value.MimeType).Select(group => new MimeContent(group.Key, string.Join('\n', group.Select(value => value.Value)))).OrderBy(content => content.MimeType, StringComparer.Ordinal)];

    internal DisplayedValue Show(object? value, string[]? mimeTypes)
    {
        string[] wanted = mimeTypes ?? [];
        string id = Guid.NewGuid().ToString("N");
        Output.Display(id, Bundle(FormattedValue.CreateManyFromObject(value, wanted)));
        return new DisplayedValue(this, id, wanted);
    }
}

/// <summary>Showing values through a cell's context.</summary>
public static class KernelInvocationContextExtensions
{
    /// <summary>Shows a value in the context's cell.</summary>
    /// <param name="context">The running cell.</param>
    /// <param name="value">Anything, also null.</param>
    /// <param name="mimeTypes">The MIME types wanted; none for the preferred ones.</param>
    /// <returns>What was shown, so that it can be replaced.</returns>
    public static DisplayedValue Display(this KernelInvocationContext context, object? value, params string[] mimeTypes)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.Show(value, mimeTypes);
    }

    /// <summary>Shows text that already is of a MIME type.</summary>
    /// <param name="context">The running cell.</param>
    /// <param name="value">The text; base64 for binary images.</param>
    /// <param name="mimeType">Its MIME type.</param>
    /// <returns>What was shown.</returns>
    public static DisplayedValue DisplayAs(this KernelInvocationContext context, string value, string mimeType)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.Show(new FormattedValue(mimeType, value), [mimeType]);
    }
}
