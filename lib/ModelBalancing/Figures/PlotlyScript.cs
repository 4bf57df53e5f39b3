// Where plotly.js lies on this machine.
namespace ModelBalancing.Figures;

/// <summary>The plotly.js bundle that the folder web/ pins.</summary>
public static class PlotlyScript
{
    /// <summary>Its path under the repository's root.</summary>
    public const string PathInRepository = "web/node_modules/plotly.js-cartesian-dist-min/plotly-cartesian.min.js";

    /// <summary>The bundle, looked for in the folders above this library and above the working folder.</summary>
    /// <returns>Its path, or null when it is not installed (run the package manager in web/).</returns>
    public static string? Find() => new[] { AppContext.BaseDirectory, Path.GetDirectoryName(typeof(PlotlyScript).Assembly.Location), Environment.CurrentDirectory }
        .Where(start => !string.IsNullOrEmpty(start))
        .Select(start => FindAbove(start!)).FirstOrDefault(path => path is not null);

    /// <summary>The bundle in one of the folders from <paramref name="start"/> upwards, or null.</summary>
    public static string? FindAbove(string start)
    {
        for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
            if (Path.Combine(folder.FullName, PathInRepository) is var path && File.Exists(path))
                return path;
        return null;
    }

    /// <summary>The script's text, made safe to stand inside an HTML script element.</summary>
    /// <param name="path">Path of plotly.js.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static string Inline(string path)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"plotly.js is not at '{path}'; install it in the folder web/, or give the path of another copy.", path);
        return File.ReadAllText(path).Replace("</script", "<\\/script", StringComparison.OrdinalIgnoreCase);
    }
}
