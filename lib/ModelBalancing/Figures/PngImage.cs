// SVG to PNG.
using SkiaSharp;
using Svg.Skia;

namespace ModelBalancing.Figures;

internal static class PngImage
{
    public static byte[] Of(string svg, double scale)
    {
        if (!(scale is >= 0.1 and <= 10))
            throw new ArgumentOutOfRangeException(nameof(scale), scale, "The scale of a PNG is 0.1 to 10.");
        var fonts = Fonts.Installed();
        using var source = new SKSvg();
        source.Settings.TypefaceProviders = [fonts];
        var picture = source.FromSvg(svg) ?? throw new InvalidOperationException("The figure's SVG could not be read back to draw it as PNG.");
        var (width, height) = ((int)Math.Ceiling(picture.CullRect.Width * scale), (int)Math.Ceiling(picture.CullRect.Height * scale));
        using var bitmap = new SKBitmap(width, height, SKColorType.Rgba8888, SKAlphaType.Premul);
        using (var canvas = new SKCanvas(bitmap))
        {
            canvas.Clear(SKColors.White);
            canvas.Scale((float)scale);
            canvas.DrawPicture(picture);
        }
        using var image = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return image.ToArray();
    }
}
