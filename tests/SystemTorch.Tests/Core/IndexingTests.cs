// tensor[...]: the rules of PyTorch.
using TorchSharp;
using static TorchSharp.torch;

namespace SystemTorch.Tests.Core;

public sealed class IndexingTests
{
    static long[] Values(Tensor tensor) => tensor.data<long>().ToArray();

    static Tensor Table() => arange(12).reshape(3, 4);

    [Fact]
    public void Numbers_ranges_and_slices_select_views()
    {
        using var scope = NewDisposeScope();
        var table = Table();
        Assert.Equal([4L, 5, 6, 7], Values(table[1]));
        Assert.Equal(6, table[1, 2].item<long>());
        Assert.Equal(11, table[-1, -1].item<long>());
        Assert.Equal([4L, 5, 6, 7, 8, 9, 10, 11], Values(table[1..]));
        Assert.Equal([2L, 6], Values(table[..2, 2]));
        Assert.Equal([1L, 3, 5, 7, 9, 11], Values(table[TensorIndex.Colon, TensorIndex.Slice(1, null, 2)]));
        Assert.Equal([7L, 11], Values(table[1.., ^1]));
        Assert.Equal([1, 3, 4], table[TensorIndex.None].shape);
        Assert.Equal([3L, 7, 11], Values(table[TensorIndex.Ellipsis, 3]));
        table[0, 0] = 100;
        Assert.Equal(100, table.max().item<long>());
    }

    [Fact]
    public void Masks_and_positions_select_copies()
    {
        using var scope = NewDisposeScope();
        var table = Table();
        Assert.Equal([9L, 10, 11], Values(table[table > 8]));
        Assert.Equal([8L, 9, 10, 11, 0, 1, 2, 3], Values(table[tensor(new long[] { 2, 0 })]));
        Assert.Equal([1L, 11], Values(table[tensor(new long[] { 0, 2 }), tensor(new long[] { 1, 3 })]));
    }

    [Fact]
    public void Writing_through_an_index_changes_the_tensor()
    {
        using var scope = NewDisposeScope();
        var table = Table();
        table[1] = zeros(4, int64);
        table[TensorIndex.Colon, 0] = tensor(new long[] { -1, -2, -3 });
        table[table > 9] = tensor(9L);
        Assert.Equal([-1L, 1, 2, 3, -2, 0, 0, 0, -3, 9, 9, 9], Values(table));
    }

    [Fact]
    public void Positions_named_twice_are_added_twice_when_accumulating()
    {
        using var scope = NewDisposeScope();
        var counts = zeros(3, int64);
        counts.index_put_(ones(4, int64), [tensor(new long[] { 0, 2, 2, 2 })], accumulate: true);
        Assert.Equal([1L, 0, 3], Values(counts));
    }

    [Fact]
    public void The_accessor_reads_strided_views_in_row_order()
    {
        using var scope = NewDisposeScope();
        var view = Table().t()[1..3];
        Assert.Equal([1L, 5, 9, 2, 6, 10], Values(view));
        Assert.Equal(6, view.data<long>()[1, 1]);
        Assert.Equal(6, view.data<long>()[4]);
        Assert.Equal(new long[,] { { 1, 5, 9 }, { 2, 6, 10 } }, view.data<long>().ToNDArray());
        Assert.Equal([1L, 5, 9, 2, 6, 10], view.data<long>().ToList());
    }
}
