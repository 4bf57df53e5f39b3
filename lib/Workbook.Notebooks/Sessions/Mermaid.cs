// Diagrams written as text: drawn in the page by mermaid.js from this machine, their source where it is missing.
using System.Net;

namespace Workbook.Notebooks.Sessions;

/// <summary>Shows mermaid diagrams.</summary>
public static class Mermaid
{
    /// <summary>What a page looks for that wants to bring its own copy of mermaid.js.</summary>
    public const string Mark = "wb-mermaid";

    private const string Draw = """
        (function () {
          var left = 600;
          function draw() {
            if (!window.mermaid) return false;
            window.mermaid.initialize({ startOnLoad: false, theme: window.matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'default' });
            document.querySelectorAll('pre.wb-mermaid:not([data-drawn])').forEach(function (place, index) {
              place.setAttribute('data-drawn', 'yes');
              var source = place.textContent;
              window.mermaid.render('wb-diagram-' + Date.now() + '-' + index, source).then(function (drawn) {
                place.style.whiteSpace = 'normal';
                place.innerHTML = drawn.svg;
              }, function () { place.setAttribute('data-drawn', 'failed'); });
            });
            return true;
          }
          if (draw()) return;
          var timer = setInterval(function () { if (draw() || --left <= 0) clearInterval(timer); }, 200);
        })();
        """;

    private static bool wasSent;

    /// <summary>mermaid.js as npm installed it below the checkout; null when it is not there.</summary>
    public static string? Script { get; } = Find();

    /// <summary>A diagram as HTML; the session's first one brings the script along where a page does not.</summary>
    internal static string ToHtml(string source)
    {
        string script = "";
        if (!wasSent && Script is not null && Environment.GetEnvironmentVariable("WORKBOOK_HEADLESS") is null)
        {
            wasSent = true;
            // Pages with RequireJS would take the script for a module of theirs; its own variables must be global.
            script = $"<script>var wbDefine=window.define;window.define=undefined;{File.ReadAllText(Script).Replace("</script", "<\\/script", StringComparison.OrdinalIgnoreCase)};window.define=wbDefine;</script>";
        }
        return $"<pre class=\"{Mark}\">{WebUtility.HtmlEncode(source)}</pre>{script}<script>{Draw}</script>";
    }

    private static string? Find()
    {
        IEnumerable<string?> starts = [Environment.GetEnvironmentVariable("WORKBOOK_ROOT"), AppContext.BaseDirectory];
        foreach (string start in starts.OfType<string>().Where(Directory.Exists))
            for (DirectoryInfo? folder = new(start); folder is not null; folder = folder.Parent)
                if (Path.Combine(folder.FullName, "web", "node_modules", "@mermaid-js", "tiny", "dist", "mermaid.tiny.js") is var file && File.Exists(file))
                    return file;
        return null;
    }
}
