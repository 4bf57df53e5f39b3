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

    private static string Expand(byte[] stream)
    {
        var expanded = new byte[LzfFilter.ExpandedLength(stream)];
        LzfFilter.Expand(stream, expanded);
        return System.Text.Encoding.ASCII.GetString(expanded);
    }
}
