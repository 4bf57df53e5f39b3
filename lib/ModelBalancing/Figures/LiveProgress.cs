// Long work in a notebook: a bar, the time gone and the time left, and the loss so far; plain lines where no notebook host runs us.
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;

namespace ModelBalancing.Figures;

/// <summary>How far work is.</summary>
/// <param name="Done">Steps done.</param>
/// <param name="Total">Steps in all; 0 when not known.</param>
/// <param name="Left">Time left when the work itself knows it; null to estimate it from the time gone.</param>
/// <param name="Loss">The loss at this step; null for none.</param>
public readonly record struct ProgressStep(long Done, long Total, TimeSpan? Left = null, double? Loss = null);

/// <summary>
/// Shows how far work is, in the notebook's output or on the console, at most ten times a second (once a second on the console).
/// Disposing shows the last state.
/// </summary>
/// <example><code>using var progress = LiveProgress.Start("training", steps); ... progress.Report(step, loss);</code></example>
public sealed class LiveProgress : IDisposable
{
    private const int MostPoints = 240;

    private readonly string what;
    private readonly long total;
    private readonly long started = Stopwatch.GetTimestamp();
    private readonly Lock gate = new();
    private readonly List<double> losses = [];
    private readonly Live live;
    private int stride = 1, skipped;

    private LiveProgress(string what, long total)
    {
        (this.what, this.total) = (what, total);
        live = Live.Show(new ProgressView(what, new ProgressStep(0, total), TimeSpan.Zero, []));
    }

    /// <summary>Shows the bar at its start.</summary>
    /// <param name="what">What is being done, such as "training".</param>
    /// <param name="total">Steps in all; 0 when not known.</param>
    public static LiveProgress Start(string what, long total = 0)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(what);
        ArgumentOutOfRangeException.ThrowIfNegative(total);
        return new LiveProgress(what, total);
    }

    /// <summary>Moves the bar.</summary>
    /// <param name="done">Steps done.</param>
    /// <param name="loss">The loss at this step; null for none. The curve keeps at most 240 of them, evenly spread.</param>
    public void Report(long done, double? loss = null) => Report(new ProgressStep(done, total, null, loss));

    /// <summary>Moves the bar.</summary>
    /// <param name="step">How far the work is.</param>
    public void Report(ProgressStep step)
    {
        lock (gate)
        {
            if (step.Loss is { } loss && double.IsFinite(loss))
                Keep(loss);
            live.Update(new ProgressView(what, step, Stopwatch.GetElapsedTime(started), [.. losses]));
        }
    }

    /// <summary>Progress of any kind of the library.</summary>
    /// <typeparam name="T">What is reported.</typeparam>
    /// <param name="step">Reads how far the work is.</param>
    public IProgress<T> Follow<T>(Func<T, ProgressStep> step)
    {
        ArgumentNullException.ThrowIfNull(step);
        return new Follower<T>(this, step);
    }

    /// <summary>Shows the last state that was held back.</summary>
    public void Dispose() => live.Dispose();

    private sealed class Follower<T>(LiveProgress progress, Func<T, ProgressStep> step) : IProgress<T>
    {
        public void Report(T value) => progress.Report(step(value));
    }

    private void Keep(double loss)
    {
        if (++skipped < stride)
            return;
        skipped = 0;
        losses.Add(loss);
        if (losses.Count < MostPoints)
            return;
        for (var index = losses.Count - 2; index >= 0; index -= 2) losses.RemoveAt(index);
        stride *= 2;
    }
}

/// <summary>One state of a progress bar; it shows itself in notebooks.</summary>
[TypeFormatterSource(typeof(ProgressFormatters), PreferredMimeTypes = ["text/html", "text/plain"])]
internal sealed record ProgressView(string What, ProgressStep Step, TimeSpan Elapsed, double[] Losses)
{
    private const int CurveWidth = 320, CurveHeight = 48;

    private double? Part => Step.Total > 0 ? Math.Clamp((double)Step.Done / Step.Total, 0, 1) : null;

    private TimeSpan? Left => Step.Left ?? (Part is > 0 and < 1 ? Elapsed * (1 / Part.Value - 1) : null);

    /// <summary>The state as a line.</summary>
    public override string ToString()
    {
        var line = new StringBuilder(What).Append(": ").Append(Step.Done.ToString("N0", CultureInfo.InvariantCulture));
        if (Step.Total > 0) line.Append(CultureInfo.InvariantCulture, $" of {Step.Total:N0}");
        line.Append(", ").Append(Quantities.Duration(Elapsed));
        if (Left is { } left && Part is null or < 1) line.Append(", ").Append(Quantities.Duration(left)).Append(" left");
        if (Step.Loss is { } loss) line.Append(CultureInfo.InvariantCulture, $", loss {loss:G4}");
        return line.ToString();
    }

    internal string ToHtml()
    {
        var width = Part is { } part ? string.Create(CultureInfo.InvariantCulture, $"{part * 100:0.#}%") : "100%";
        return $"""
            <div class="wb-progress" style="max-width:40rem;font-variant-numeric:tabular-nums"><div>{WebUtility.HtmlEncode(ToString())}</div><div role="progressbar" style="height:8px;border-radius:4px;overflow:hidden;background:rgba(128,128,128,.25)"><div class="wb-bar-fill" style="width:{width};height:100%;background:#3d7fc4{(Part is null ? ";opacity:.4" : "")}"></div></div>{Curve()}</div>
            """;
    }

    /// <summary>The loss so far, on a logarithmic axis where all values are positive.</summary>
    private string Curve()
    {
        if (Losses.Length < 2) return "";
        var values = Losses.All(loss => loss > 0) ? Array.ConvertAll(Losses, Math.Log) : Losses;
        double low = values.Min(), span = Math.Max(values.Max() - low, 1e-12);
        var points = values.Select((value, index) => string.Create(CultureInfo.InvariantCulture, $"{index * (double)CurveWidth / (values.Length - 1):0.#},{2 + (CurveHeight - 4) * (1 - (value - low) / span):0.#}"));
        return $"""<svg width="{CurveWidth}" height="{CurveHeight}" viewBox="0 0 {CurveWidth} {CurveHeight}" role="img" aria-label="loss so far" style="margin-top:4px"><polyline fill="none" stroke="#3d7fc4" stroke-width="1.5" points="{string.Join(' ', points)}"/></svg>""";
    }
}

/// <summary>The formatters of <see cref="ProgressView"/>.</summary>
internal sealed class ProgressFormatters
{
    public IEnumerable<object> CreateTypeFormatters() =>
    [
        new NotebookFormatter("text/html", value => (value as ProgressView)?.ToHtml()),
        new NotebookFormatter("text/plain", value => (value as ProgressView)?.ToString()),
    ];
}
