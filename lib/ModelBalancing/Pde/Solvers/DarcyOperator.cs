// The discrete operator that the march and the steady solve share.
using System.Numerics;

namespace ModelBalancing.Pde.Solvers;

/// <summary>div(a grad ·) on the unit square with zero beyond the wall.</summary>
internal sealed class DarcyOperator<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly bool zeroOnTheWall;
    private readonly T[] alongX, alongY;

    public DarcyOperator(IReadOnlyList<int> shape, bool zeroOnTheWall)
    {
        this.zeroOnTheWall = zeroOnTheWall;
        Grid = new PaddedGrid<T>(shape);
        (alongX, alongY) = (Grid.NewArray(), Grid.NewArray());
    }

    public PaddedGrid<T> Grid { get; }

    /// <summary>Largest conductivity.</summary>
    public double Largest { get; private set; }

    /// <summary>Takes a conductivity; its ghosts mirror the cells at the wall.</summary>
    public void Load(ReadOnlySpan<T> conductivity)
    {
        var a = Grid.NewArray();
        Grid.Load(conductivity, a);
        Grid.FillGhosts(a, 0, periodic: false);
        Grid.FillGhosts(a, 1, periodic: false);
        Largest = 0;
        foreach (var value in conductivity)
            Largest = Math.Max(Largest, double.CreateChecked(value));
        for (var axis = 0; axis < 2; axis++)
        {
            var (to, stride) = (axis == 0 ? alongX : alongY, Grid.Strides[axis]);
            var scale = T.CreateChecked(0.5 * Grid.Shape[axis] * Grid.Shape[axis]);
            foreach (var row in Grid.Faces[axis])
                for (var i = row.Start; i < row.End; i++)
                    to[i] = (a[i] + a[i + stride]) * scale;
        }
    }

    /// <summary>The operator's diagonal at a cell, without its sign.</summary>
    public T Diagonal(int i)
    {
        int x = Grid.Strides[0], y = Grid.Strides[1];
        var sum = alongX[i] + alongX[i - x] + alongY[i] + alongY[i - y];
        if (!zeroOnTheWall)
            return sum;
        // At a wall the ghost is −u, which counts once more.
        int row = i / x - PaddedGrid<T>.Ghosts, column = i % x - PaddedGrid<T>.Ghosts;
        if (row == 0) sum += alongX[i - x];
        if (row == Grid.Shape[0] - 1) sum += alongX[i];
        if (column == 0) sum += alongY[i - y];
        if (column == Grid.Shape[1] - 1) sum += alongY[i];
        return sum;
    }

    /// <summary>to = offset + factor · (div(a grad u) + source) on the cells. Fills the ghosts of u.</summary>
    public void Apply(T[] u, T[] offset, T[] to, double factor, double source)
    {
        FillGhosts(u);
        int x = Grid.Strides[0], y = Grid.Strides[1];
        ref var values = ref PaddedGrid<T>.Start(u);
        ref var ax = ref PaddedGrid<T>.Start(alongX);
        ref var ay = ref PaddedGrid<T>.Start(alongY);
        ref var from = ref PaddedGrid<T>.Start(offset);
        ref var result = ref PaddedGrid<T>.Start(to);
        var scale = T.CreateChecked(factor);
        var constant = new Vector<T>(T.CreateChecked(source));
        foreach (var row in Grid.Cells)
            for (var i = row.Start; i < row.End; i += Vector<T>.Count)
            {
                var here = PaddedGrid<T>.At(ref values, i);
                var change = PaddedGrid<T>.At(ref ax, i) * (PaddedGrid<T>.At(ref values, i + x) - here)
                    - PaddedGrid<T>.At(ref ax, i - x) * (here - PaddedGrid<T>.At(ref values, i - x))
                    + PaddedGrid<T>.At(ref ay, i) * (PaddedGrid<T>.At(ref values, i + y) - here)
                    - PaddedGrid<T>.At(ref ay, i - y) * (here - PaddedGrid<T>.At(ref values, i - y))
                    + constant;
                Grid.Set(ref result, i, row.End, PaddedGrid<T>.At(ref from, i) + change * scale);
            }
    }

    // Beyond the wall u is zero (and stays so) or minus the value before it.
    private void FillGhosts(T[] u)
    {
        if (!zeroOnTheWall)
            return;
        for (var axis = 0; axis < 2; axis++)
        {
            var stride = Grid.Strides[axis];
            var n = Grid.Shape[axis];
            var other = 1 - axis;
            for (var k = 0; k < Grid.Shape[other]; k++)
            {
                var line = (k + PaddedGrid<T>.Ghosts) * Grid.Strides[other];
                u[line + stride] = -u[line + 2 * stride];
                u[line + (n + 2) * stride] = -u[line + (n + 1) * stride];
            }
        }
    }
}
