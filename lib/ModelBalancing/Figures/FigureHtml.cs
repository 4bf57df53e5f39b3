// A figure in HTML: a picture that needs nothing, and becomes a live chart where plotly.js is present.
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ModelBalancing.Figures;

internal static class FigureHtml
{
    /// <summary>
    /// Turns every waiting figure of the page live as soon as Plotly is there, in whatever order scripts and outputs come.
    /// Each figure carries it, so it may run often; it marks what it has done, waits two minutes at most, and on any error the picture stays.
    /// </summary>
    private const string Bootstrap = """
        (function () {
          var left = 600;
          function upgrade() {
            if (!window.Plotly) return false;
            document.querySelectorAll('.wb-figure:not([data-live])').forEach(function (box) {
              var source = box.querySelector('script[type="application/json"]'), still = box.querySelector('.wb-static');
              if (!source || !still) return;
              box.setAttribute('data-live', 'drawing');
              var live = document.createElement('div');
              try {
                var figure = JSON.parse(source.textContent), layout = figure.layout;
                layout.font.color = getComputedStyle(box).color;
                layout.autosize = true;
                // On a narrow page one panel shrinks; panels side by side would run into one another, so they scroll.
                live.style.minWidth = Math.min(layout.width, layout.xaxis2 ? layout.width * 0.9 : 340) + 'px';
                box.style.overflowX = 'auto';
                delete layout.width;
                live.style.height = layout.height + 'px';
                box.appendChild(live);
                window.Plotly.newPlot(live, figure.data, layout, { responsive: true, displaylogo: false, showSendToCloud: false, modeBarButtonsToRemove: ['select2d', 'lasso2d'] }).then(function () {
                  return figure.frames ? window.Plotly.addFrames(live, figure.frames) : null;
                }).then(function () {
                  still.style.display = 'none';
                  box.setAttribute('data-live', 'yes');
                }, function () { live.remove(); box.setAttribute('data-live', 'failed'); });
              } catch (e) { live.remove(); box.setAttribute('data-live', 'failed'); }
            });
            return true;
          }
          if (upgrade()) return;
          var timer = setInterval(function () { if (upgrade() || --left <= 0) clearInterval(timer); }, 200);
        })();
        """;

    public static string Fragment(Figure figure) => Fragment(figure, figure.ToJson());

    /// <summary>A still picture with the Plotly figure that takes its place.</summary>
    public static string Fragment(Figure figure, JsonObject plotly)
    {
        var layout = new FigureLayout(figure);
        return $"""
            <div class="wb-figure" style="max-width:{SvgCanvas.Number(layout.Width)}px">{FigureSvg.Draw(layout, Ground.Transparent, isDocument: false)}<script type="application/json">{Json(plotly)}</script><script>{Bootstrap}</script></div>
            """;
    }

    public static string Page(Figure figure, string? plotlyScript) => Page(figure.Title, Fragment(figure), plotlyScript);

    /// <summary>A page around a fragment, light or dark as the reader's system is.</summary>
    public static string Page(string title, string fragment, string? plotlyScript) => $$$"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>{{{WebUtility.HtmlEncode(title.Length > 0 ? title : "Figure")}}}</title>
        <style>:root{color-scheme:light dark}body{margin:1.5rem auto;padding:0 1rem;max-width:72rem;font-family:system-ui,'Helvetica Neue',Arial,sans-serif;background:#fff;color:#22262e}@media (prefers-color-scheme:dark){body{background:#16181d;color:#e3e5ea}}</style>
        </head>
        <body>
        {{{fragment}}}
        {{{(plotlyScript is null ? "" : "<script>" + PlotlyScript.Inline(plotlyScript) + "</script>")}}}
        </body>
        </html>

        """;

    /// <summary>JSON whose &lt;, &gt; and &amp; are escaped, so that no text can end the script element it stands in.</summary>
    private static string Json(JsonObject plotly) => plotly.ToJsonString(new JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.Default });
}
