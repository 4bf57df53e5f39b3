// Colours of heatmaps.
using System.Globalization;

namespace ModelBalancing.Figures;

/// <summary>A colour with eight bits a channel.</summary>
internal readonly record struct Rgb(byte R, byte G, byte B)
{
    public static Rgb Parse(string hex) => new(
        byte.Parse(hex.AsSpan(1, 2), NumberStyles.HexNumber), byte.Parse(hex.AsSpan(3, 2), NumberStyles.HexNumber), byte.Parse(hex.AsSpan(5, 2), NumberStyles.HexNumber));

    public override string ToString() => $"#{R:X2}{G:X2}{B:X2}";
}

/// <summary>A colour scale: evenly spaced stops, linear in between.</summary>
public sealed record ColorScale
{
    private readonly Rgb[] stops;

    private ColorScale(string name, bool diverging, params string[] stops)
    {
        Name = name;
        IsDiverging = diverging;
        this.stops = [.. stops.Select(Rgb.Parse)];
    }

    /// <summary>From dark violet over green to yellow; evenly perceived, also without colour vision.</summary>
    public static ColorScale Viridis { get; } = new("Viridis", false,
        "#440154", "#482878", "#3E4A89", "#31688E", "#26828E", "#1F9E89", "#35B779", "#6DCD59", "#B4DE2C", "#FDE725");

    /// <summary>From blue over near-white to red: for differences, with zero in the middle.</summary>
    public static ColorScale BlueRed { get; } = new("BlueRed", true,
        "#16437E", "#2F79B5", "#82BBD9", "#D5E6EF", "#F6F5F4", "#F9D8C6", "#EF9B7A", "#CB4A42", "#83102A");

    /// <summary>The scale's name.</summary>
    public string Name { get; }

    /// <summary>Whether the middle means zero, so that limits not given are made symmetric.</summary>
    public bool IsDiverging { get; }

    internal int Count => stops.Length;

    internal Rgb Stop(int index) => stops[index];

    /// <summary>The colour at a position from 0 to 1; beyond is clamped.</summary>
    internal Rgb At(double position)
    {
        var place = Math.Clamp(position, 0, 1) * (stops.Length - 1);
        var below = Math.Min((int)place, stops.Length - 2);
        var part = place - below;
        byte Mix(byte a, byte b) => (byte)Math.Round(a + (b - a) * part);
        var (from, to) = (stops[below], stops[below + 1]);
        return new(Mix(from.R, to.R), Mix(from.G, to.G), Mix(from.B, to.B));
    }
}
