// LZF: hand-made streams, damage, and a copy that overlaps itself.
using ModelBalancing.Pde.PdeBench;

namespace ModelBalancing.Tests.Pde;

public class LzfFilterTest
{
    [Fact]
    public void Literals_and_copies_expand()
    {
        // "ab", then 6 bytes from 2 back: the pattern repeats itself.
        byte[] stream = [1, (byte)'a', (byte)'b', 4 << 5, 1];
        Assert.Equal("abababab", Expand(stream));
        // A long copy: 7 in the control byte, 5 more, plus 2.
        byte[] longer = [0, (byte)'x', 7 << 5, 5, 0];
        Assert.Equal(new string('x', 15), Expand(longer));
    }

    [Fact]
    public void A_damaged_stream_is_found_before_anything_is_written()
    {
        Assert.Equal(-1, LzfFilter.ExpandedLength([5, 1, 2])); // literals missing
        Assert.Equal(-1, LzfFilter.ExpandedLength([0, 1, 1 << 5, 1])); // copy from before the start
        Assert.Equal(-1, LzfFilter.ExpandedLength([0, 1, 7 << 5])); // length missing
        Assert.Equal(-1, LzfFilter.ExpandedLength([0, 1, 1 << 5])); // distance missing
        Assert.Equal(0, LzfFilter.ExpandedLength([]));
    }

    [Fact]
    public void What_is_compressed_expands_to_itself()
    {
        var random = new Random(5);
        for (var round = 0; round < 400; round++)
        {
            // Few different bytes repeat often, many hardly; lengths around the limits of runs and copies.
            var plain = new byte[round < 40 ? round : random.Next(1, 30_000)];
            var kinds = 1 << random.Next(0, 9);
            for (var i = 0; i < plain.Length; i++)
                plain[i] = i >= 300 && round % 3 == 0 ? plain[i - 300] : (byte)random.Next(kinds);
            var compressed = new byte[plain.Length + plain.Length / 32 + 8];
            var used = LzfFilter.Compress(plain, compressed);
            Assert.Equal(plain.Length, LzfFilter.ExpandedLength(compressed.AsSpan(0, used)));
            var expanded = new byte[plain.Length];
            LzfFilter.Expand(compressed.AsSpan(0, used), expanded);
            Assert.Equal(plain, expanded);
        }
        Assert.InRange(LzfFilter.Compress(new byte[100_000], new byte[100_000]), 1, 1_200);
        Assert.Equal(0, LzfFilter.Compress([1, 2, 3, 4], new byte[3])); // does not fit
    }

    private static string Expand(byte[] stream)
    {
        var expanded = new byte[LzfFilter.ExpandedLength(stream)];
        LzfFilter.Expand(stream, expanded);
        return System.Text.Encoding.ASCII.GetString(expanded);
    }
}
