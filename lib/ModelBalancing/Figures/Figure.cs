// A figure: what is drawn, and every form in which it can be shown or saved.
using System.Text;
using System.Text.Json.Nodes;

namespace ModelBalancing.Figures;

/// <summary>What lies behind a picture.</summary>
public enum Ground
{
    /// <summary>White, with dark text: files and pages of their own.</summary>
    White,

    /// <summary>Nothing, with text in the page's colour: inside a light or dark page.</summary>
    Transparent,
}

/// <summary>
/// Panels in a grid, as a Plotly figure (data and layout) and in forms that need no script: SVG, PNG, text, CSV.
/// It shows itself in notebooks: a static picture that becomes a live chart where plotly.js is present.
/// </summary>
[TypeFormatterSource(typeof(NotebookFormatters), PreferredMimeTypes = ["text/html", "image/svg+xml", "text/plain"])]
public sealed class Figure
{
    /// <summary>Makes a figure.</summary>
    /// <param name="title">Its title; plain text, empty for none.</param>
    /// <param name="panels">Its panels, row by row.</param>
    public Figure(string title, params IReadOnlyList<Panel> panels)
    {
        ArgumentNullException.ThrowIfNull(title);
        ArgumentNullException.ThrowIfNull(panels);
        (Title, Panels) = (title, panels);
    }

    /// <summary>The title.</summary>
    public string Title { get; }

    /// <summary>The panels, row by row.</summary>
    public IReadOnlyList<Panel> Panels { get; }

    /// <summary>How many panels stand side by side; default 1.</summary>
    public int Columns
    {
        get;
        init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(Columns), value, "A figure has at least one column.");
    } = 1;

    /// <summary>Width in pixels; default 720.</summary>
    public double Width
    {
        get;
        init => field = value is >= 200 and <= 10000 ? value : throw new ArgumentOutOfRangeException(nameof(Width), value, "A figure is 200 to 10000 pixels wide.");
    } = 720;

    /// <summary>Height of each panel's plot area in pixels; default by the number of columns (300, 220, 170).</summary>
    public double? PanelHeight
    {
        get;
        init => field = value is null or (>= 30 and <= 10000) ? value : throw new ArgumentOutOfRangeException(nameof(PanelHeight), value, "A panel is 30 to 10000 pixels high.");
    }

    /// <summary>A sentence below the figure: where the data is from, what the bars mean; default none.</summary>
    public string Note { get; init; } = "";

    /// <summary>The static picture.</summary>
    /// <param name="ground">What lies behind it; default white.</param>
    /// <returns>An SVG document.</returns>
    public string ToSvg(Ground ground = Ground.White) => FigureSvg.Draw(new(this), ground, isDocument: true);

    /// <summary>The picture in pixels.</summary>
    /// <param name="scale">Pixels of the image for a pixel of the figure; default 2, for sharp screens.</param>
    /// <returns>A PNG file's bytes.</returns>
    /// <exception cref="InvalidOperationException">No font is installed; the message says what to install.</exception>
    public byte[] ToPng(double scale = 2) => PngImage.Of(FigureSvg.Draw(new(this), Ground.White, isDocument: true, oneRunATextLine: true), scale);

    /// <summary>The fragment for a notebook or report: static picture, data, and the few lines that make it live when plotly.js is there.</summary>
    public string ToHtml() => FigureHtml.Fragment(this);

    /// <summary>A page of its own.</summary>
    /// <param name="plotlyScript">Path of plotly.js, to be put into the page; null for a static page without scripts of others.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public string ToPage(string? plotlyScript = null) => FigureHtml.Page(this, plotlyScript);

    /// <summary>Title, axes and a line for each trace, for consoles and readers of the screen.</summary>
    public string ToText() => FigureText.Describe(this);

    /// <summary>The Plotly figure: an object with <c>data</c> and <c>layout</c>.</summary>
    public JsonObject ToJson() => PlotlyJson.Of(this);

    /// <summary>The data of all traces as a long table with one row a value: panel, trace, kind, x, y, z, low, high, label.</summary>
    public string ToCsv() => FigureCsv.Write(this);

    /// <summary>Saves it in the form that the extension names: .svg, .png, .json, .csv, .html or .txt; the file is whole or untouched.</summary>
    /// <param name="path">Where to; missing folders are made.</param>
    /// <exception cref="ArgumentException">The extension is none of these.</exception>
    public void Save(string path) => WrittenFile.Save(path, "figure",
        (".svg", () => Encoding.UTF8.GetBytes(ToSvg())),
        (".png", () => ToPng()),
        (".json", () => Encoding.UTF8.GetBytes(ToJson().ToJsonString())),
        (".csv", () => Encoding.UTF8.GetBytes(ToCsv())),
        (".html", () => Encoding.UTF8.GetBytes(ToPage(PlotlyScript.Find()))),
        (".txt", () => Encoding.UTF8.GetBytes(ToText())));

    /// <inheritdoc cref="ToText"/>
    public override string ToString() => ToText();
}
