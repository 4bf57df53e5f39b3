// Fonts for pictures in pixels, found as files: a fresh machine may have none, and Skia alone finds none on Linux.
using SkiaSharp;
using Svg.Skia.TypefaceProviders;

namespace ModelBalancing.Figures;

/// <summary>One sans-serif family in regular and bold, whatever family a picture asks for.</summary>
internal sealed class Fonts : ITypefaceProvider
{
    /// <summary>Regular and bold files of families that hold every letter we draw, best first.</summary>
    private static readonly (string Regular, string Bold)[] Known =
    [
        ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf"),
        ("LiberationSans-Regular.ttf", "LiberationSans-Bold.ttf"),
        ("NotoSans-Regular.ttf", "NotoSans-Bold.ttf"),
        ("Arial.ttf", "Arial Bold.ttf"),
        ("arial.ttf", "arialbd.ttf"),
    ];

    private readonly SKTypeface regular, bold;

    private Fonts(SKTypeface regular, SKTypeface bold) => (this.regular, this.bold) = (regular, bold);

    private static readonly Lazy<Fonts?> Found = new(() => Search(Folders()));

    /// <summary>The fonts of this machine.</summary>
    /// <exception cref="InvalidOperationException">There are none.</exception>
    public static Fonts Installed() => Found.Value ?? throw Missing();

    public static InvalidOperationException Missing() => new(
        "No font was found to draw the text of a PNG: install DejaVu Sans (on Debian: apt-get install fonts-dejavu-core), or save as .svg or .html.");

    /// <summary>The first known family in these folders, or null.</summary>
    public static Fonts? Search(IEnumerable<string> folders)
    {
        var options = new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true };
        var files = folders.Where(Directory.Exists).SelectMany(folder => Directory.EnumerateFiles(folder, "*.ttf", options))
            .GroupBy(path => Path.GetFileName(path)!, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.First(), StringComparer.Ordinal);
        foreach (var (regularName, boldName) in Known)
            if (files.TryGetValue(regularName, out var path) && SKTypeface.FromFile(path) is { } regular)
                return new(regular, files.TryGetValue(boldName, out var boldPath) ? SKTypeface.FromFile(boldPath) ?? regular : regular);
        return null;
    }

    public SKTypeface FromFamilyName(string fontFamily, SKFontStyleWeight fontWeight, SKFontStyleWidth fontWidth, SKFontStyleSlant fontStyle) =>
        fontWeight >= SKFontStyleWeight.SemiBold ? bold : regular;

    private static IEnumerable<string> Folders()
    {
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        yield return "/usr/share/fonts";
        yield return "/usr/local/share/fonts";
        yield return Path.Combine(home, ".local/share/fonts");
        yield return Path.Combine(home, ".fonts");
        if (Environment.GetEnvironmentVariable("CONDA_PREFIX") is { Length: > 0 } conda)
            yield return Path.Combine(conda, "fonts");
        yield return "/System/Library/Fonts/Supplemental";
        if (Environment.GetFolderPath(Environment.SpecialFolder.Fonts) is { Length: > 0 } folder)
            yield return folder;
    }
}
