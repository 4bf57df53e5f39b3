// The static helpers that every cell can call by their bare names.
using Microsoft.DotNet.Interactive.Formatting;

namespace Microsoft.DotNet.Interactive;

/// <summary>Helpers imported into every cell with <c>using static</c>.</summary>
public static class Kernel
{
    /// <summary>Shows a value now.</summary>
    /// <param name="value">Anything, also null.</param>
    /// <param name="mimeTypes">The MIME types wanted; none for the preferred ones.</param>
    /// <returns>What was shown, so that it can be replaced.</returns>
    public static DisplayedValue display(object? value, params string[] mimeTypes) => KernelInvocationContext.Required.Display(value, mimeTypes);

    /// <summary>Marks text as HTML, to be inserted and not escaped.</summary>
    /// <param name="content">HTML.</param>
    /// <returns>A value that shows as this HTML.</returns>
    public static HtmlContent HTML(string content) => new(content ?? "");

    /// <summary>Runs a script in the page that shows the notebook.</summary>
    /// <param name="scriptContent">JavaScript.</param>
    public static void Javascript(string scriptContent) => display(new ScriptContent(scriptContent ?? ""), Formatter.HtmlMimeType);

    /// <summary>Adds styles to the page that shows the notebook.</summary>
    /// <param name="content">CSS rules.</param>
    public static void CSS(string content) => display(new HtmlContent($"<style>{content}</style>"), Formatter.HtmlMimeType);

    /// <summary>Asks the user for a line.</summary>
    /// <param name="prompt">What to ask.</param>
    /// <param name="typeHint">What kind of input it is; not used by this kernel.</param>
    /// <returns>The line without its end.</returns>
    /// <exception cref="InvalidOperationException">Nobody can be asked: the notebook runs without a user.</exception>
    public static Task<string> GetInputAsync(string prompt = "", string typeHint = "text") =>
        Task.FromResult(KernelInvocationContext.Required.Ask(prompt, isPassword: false));

    /// <summary>Asks the user for a password, which is not shown.</summary>
    /// <param name="prompt">What to ask.</param>
    /// <returns>The password.</returns>
    /// <exception cref="InvalidOperationException">Nobody can be asked: the notebook runs without a user.</exception>
    public static Task<PasswordString> GetPasswordAsync(string prompt = "") =>
        Task.FromResult(new PasswordString(KernelInvocationContext.Required.Ask(prompt, isPassword: true)));
}
