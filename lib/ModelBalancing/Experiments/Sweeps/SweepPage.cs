// The live status as one HTML file that loads itself again and needs no network.
using System.Globalization;
using System.Net;
using System.Text;
using ModelBalancing.Checkpoints;
using ModelBalancing.Figures;

namespace ModelBalancing.Experiments.Sweeps;

/// <summary>Makes the page.</summary>
public static class SweepPage
{
    // Thousands of rows would make the page slow; those that somebody may want to act on come first.
    private const int MostRows = 600;

    private const int SecondsBetweenLoads = 3;

    /// <summary>Replaces status.html in a sweep's folder.</summary>
    /// <param name="folder">The sweep's folder.</param>
    /// <param name="status">How the sweep stands.</param>
    public static void Write(string folder, SweepStatus status) =>
        AtomicFile.Replace(Path.Combine(folder, SweepFolder.PageName), Of(status));

    /// <summary>The page; it loads itself again until every run is finished or has failed.</summary>
    /// <param name="status">How the sweep stands.</param>
    public static string Of(SweepStatus status)
    {
        static string Text(string text) => WebUtility.HtmlEncode(text);
        var body = new StringBuilder(Style);
        body.Append($"<h1>{Text(status.Name)}</h1>");
        if (status.Title.Length > 0)
            body.Append($"<p>{Text(status.Title)}</p>");
        body.Append($"<p><strong>{Text(status.ToString())}</strong>{(status.Interruptions > 0 ? $"; {status.Interruptions} interruptions so far" : "")}. As of {status.At.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)} UTC.</p>");
        body.Append("<div class=\"bar\" role=\"img\" aria-label=\"share of runs by state\">");
        foreach (var state in new[] { SweepRunState.Finished, SweepRunState.Running, SweepRunState.Interrupted, SweepRunState.Failed })
            if (status.Count(state) is > 0 and var count)
                body.Append(CultureInfo.InvariantCulture, $"<span class=\"{Class(state)}\" style=\"width:{100.0 * count / status.Items.Count:0.##}%\"></span>");
        body.Append("</div>");

        foreach (var item in status.Items.Where(item => item.State == SweepRunState.Failed).Take(20))
            body.Append($"<h3>Failed: {Text(Label(item))}</h3><pre>{Text(item.Error ?? "")}</pre>");

        var axes = status.Items.SelectMany(item => item.Labels.Keys).Distinct().ToList();
        body.Append("<table><thead><tr><th>run</th>").AppendJoin("", axes.Select(axis => $"<th>{Text(axis)}</th>")).Append("<th>state</th><th>steps</th></tr></thead><tbody>");
        foreach (var item in status.Items.OrderBy(item => Urgency(item.State)).Take(MostRows))
        {
            string steps = item.Steps > 0 && item.State == SweepRunState.Running
                ? string.Create(CultureInfo.InvariantCulture, $"<div class=\"bar\"><span class=\"running\" style=\"width:{100.0 * item.Step / item.Steps:0.#}%\"></span></div>{item.Step} of {item.Steps}") : "";
            body.Append($"<tr><td><code>{Text(item.Id)}</code></td>").AppendJoin("", axes.Select(axis => $"<td>{Text(item.Labels.GetValueOrDefault(axis, ""))}</td>"))
                .Append($"<td class=\"{Class(item.State)}\">{Class(item.State)}</td><td>{steps}</td></tr>");
        }
        body.Append("</tbody></table>");
        if (status.Items.Count > MostRows)
            body.Append($"<p>{status.Items.Count - MostRows} more runs are not listed; ./workbook sweep status tells all.</p>");
        body.Append($"<p>Runs: <code>{Text(status.Store)}</code>; logs: <code>{Text(Path.Combine(status.Folder, "logs"))}</code></p>");

        string page = FigureHtml.Page(status.Name, body.ToString(), null);
        bool over = status.Items.All(item => item.State is SweepRunState.Finished or SweepRunState.Failed);
        return over ? page : page.Replace("<head>", $"<head>\n<meta http-equiv=\"refresh\" content=\"{SecondsBetweenLoads}\">", StringComparison.Ordinal);
    }

    private static string Label(SweepItem item) => item.Labels.Count == 0 ? item.Id : string.Join(", ", item.Labels.Select(label => $"{label.Key} {label.Value}"));

    private static string Class(SweepRunState state) => state.ToString().ToLowerInvariant();

    private static int Urgency(SweepRunState state) => state switch
    {
        SweepRunState.Failed => 0,
        SweepRunState.Running => 1,
        SweepRunState.Interrupted => 2,
        SweepRunState.Waiting => 3,
        _ => 4,
    };

    private const string Style = """
        <style>table{border-collapse:collapse;font-variant-numeric:tabular-nums}th,td{text-align:left;padding:.15rem .8rem .15rem 0;border-bottom:1px solid #8884}
        .bar{display:flex;height:10px;min-width:8rem;border-radius:5px;overflow:hidden;background:#8883;margin:.3rem 0}.bar span{height:100%}
        .bar .finished{background:#3d7fc4}.bar .running{background:#5aa469}.bar .interrupted{background:#d9a441}.bar .failed{background:#c44e52}
        td.failed{color:#c44e52;font-weight:600}td.running{color:#3f8a50}td.interrupted{color:#a87914}pre{overflow:auto;padding:.6rem;background:#8882}</style>
        """;
}
