// One output of a notebook cell that changes while the cell runs, without a reference to any notebook package.
using System.Diagnostics;
using System.Reflection;

namespace ModelBalancing.Figures;

/// <summary>
/// Shows an object and replaces it later: in the notebook's output where a notebook host runs us, else on the console.
/// Updates beyond ten a second (one a second on the console) are held back; disposing shows the last one, so that nothing final is lost.
/// </summary>
/// <example><code>using var live = Live.Show("starting"); ... live.Update($"step {i}");</code></example>
public sealed class Live : IDisposable
{
    /// <summary>The shortest time between two updates: notebook servers stop outputs that come much faster.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan ConsoleInterval = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private readonly Action<object> show;
    private readonly TimeSpan interval;
    private long lastShown = Stopwatch.GetTimestamp();
    private object? held;

    private Live(Action<object> show, TimeSpan interval) => (this.show, this.interval) = (show, interval);

    /// <summary>Shows a value (text, a <see cref="Figure"/>, a <see cref="Table"/>, or anything the host can format).</summary>
    /// <param name="value">What to show first; later values should be of the same kind.</param>
    public static Live Show(object value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return Notebook(value) is { } update ? new(update, Interval) : new(Console(value), ConsoleInterval);
    }

    /// <summary>Replaces what is shown, or holds the value back when the last update is too recent.</summary>
    /// <param name="value">The new value.</param>
    public void Update(object value)
    {
        ArgumentNullException.ThrowIfNull(value);
        lock (gate)
        {
            held = value;
            if (Stopwatch.GetElapsedTime(lastShown) >= interval)
                Flush();
        }
    }

    /// <summary>Progress of any kind, shown as its text.</summary>
    /// <typeparam name="T">What is reported; its <see cref="object.ToString"/> is one line for a reader.</typeparam>
    /// <param name="prefix">Stands before the text; default nothing.</param>
    public IProgress<T> Follow<T>(string prefix = "") where T : notnull => new Follower<T>(this, prefix);

    private sealed class Follower<T>(Live live, string prefix) : IProgress<T> where T : notnull
    {
        public void Report(T value) => live.Update(prefix + value);
    }

    /// <summary>Shows the last value that was held back.</summary>
    public void Dispose()
    {
        lock (gate)
            Flush();
    }

    private void Flush()
    {
        if (held is not { } value)
            return;
        held = null;
        show(value);
        lastShown = Stopwatch.GetTimestamp();
    }

    /// <summary>The notebook host's way (spelled alike in both hosts), or null when no host runs us or it has no cell.</summary>
    private static Action<object>? Notebook(object value)
    {
        var assemblies = AppDomain.CurrentDomain.GetAssemblies();
        Type? Find(string name) => assemblies.Select(a => a.GetType(name)).FirstOrDefault(t => t is not null);
        if (Find("Microsoft.DotNet.Interactive.KernelInvocationContext") is not { } contextType
            || contextType.GetProperty("Current", BindingFlags.Public | BindingFlags.Static)?.GetValue(null) is not { } context)
            return null;
        // An extension method in the one host may be an instance method in another; both take (object, params string[]).
        var display = contextType.GetMethod("Display", [typeof(object), typeof(string[])]);
        var extension = display is null
            ? Find("Microsoft.DotNet.Interactive.KernelInvocationContextExtensions")?.GetMethod("Display", [contextType, typeof(object), typeof(string[])])
            : null;
        object[] mimes = value is string ? ["text/plain"] : [];
        var mimeTypes = mimes.Cast<string>().ToArray();
        var shown = display?.Invoke(context, [value, mimeTypes]) ?? extension?.Invoke(null, [context, value, mimeTypes]);
        var update = shown?.GetType().GetMethod("Update", [typeof(object)]);
        return update is null ? null : next => update.Invoke(shown, BindingFlags.DoNotWrapExceptions, null, [next], null);
    }

    private static Action<object> Console(object value)
    {
        void Write(object next) => System.Console.WriteLine(next);
        Write(value);
        return Write;
    }
}
