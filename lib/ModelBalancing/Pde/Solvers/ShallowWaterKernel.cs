// One sample of shallow water: waves, limiter, sweeps, step control.
using System.Numerics;

namespace ModelBalancing.Pde.Solvers;

/// <summary>One sample.</summary>
internal sealed class ShallowWaterKernel : ISampleKernel<double>
{
    private readonly ShallowWaterSettings settings;
    private readonly PaddedGrid<double> grid;
    private readonly double[][] state, backup;
    private readonly Wave[] waves;
    private readonly double[][] rightGoing, leftGoing, correction;
    private double time, step, courant;

    public ShallowWaterKernel(ShallowWaterSettings settings, IReadOnlyList<int> shape)
    {
        this.settings = settings;
        grid = new PaddedGrid<double>(shape);
        double[][] Three() => [grid.NewArray(), grid.NewArray(), grid.NewArray()];
        (state, backup) = (Three(), Three());
        var longest = shape.Max() + 2 * PaddedGrid<double>.Ghosts;
        double[][] Line() => [new double[longest], new double[longest], new double[longest]];
        (rightGoing, leftGoing, correction) = (Line(), Line(), Line());
        waves = new Wave[3 * longest];
    }

    public void Load(Trajectories<double> start, int sample)
    {
        for (var c = 0; c < 3; c++)
            grid.Load(start.Frame(c, sample, 0), state[c]);
        (time, step, courant) = (0, settings.FirstStep, 0);
    }

    public void Store<TResult>(Trajectories<TResult> result, int sample, int frame) where TResult : unmanaged, IFloatingPointIeee754<TResult>
    {
        for (var c = 0; c < 3; c++)
            grid.Store(state[c], result.Frame(c, sample, frame));
    }

    public bool Advance(double interval, CancellationToken cancellation)
    {
        var target = time + interval;
        while (time < target)
        {
            cancellation.ThrowIfCancellationRequested();
            if (courant > 0)
                step *= settings.DesiredCourant / courant;
            if (time + step > target || target - time - step < 1e-14 * time)
                step = target - time;
            for (var c = 0; c < 3; c++)
                state[c].CopyTo(backup[c], 0);
            courant = 0;
            foreach (var values in state)
                for (var axis = 0; axis < 2; axis++)
                    FillGhosts(values, axis);
            for (var axis = 0; axis < 2; axis++)
                Sweep(axis);
            if (!double.IsFinite(courant))
                return false;
            if (courant > settings.LargestCourant)
                for (var c = 0; c < 3; c++)
                    backup[c].CopyTo(state[c], 0);
            else
                time += step;
        }
        return true;
    }

    // Open walls: both ghosts take the edge cell's value.
    private void FillGhosts(double[] values, int axis)
    {
        int stride = grid.Strides[axis], n = grid.Shape[axis], other = 1 - axis;
        for (var k = 0; k < grid.Shape[other] + 4; k++)
        {
            var line = k * grid.Strides[other];
            values[line] = values[line + stride] = values[line + 2 * stride];
            values[line + (n + 2) * stride] = values[line + (n + 3) * stride] = values[line + (n + 1) * stride];
        }
    }

    // One step along an axis on every line, ghost lines included: the second sweep needs them.
    private void Sweep(int axis)
    {
        int stride = grid.Strides[axis], n = grid.Shape[axis], other = 1 - axis;
        double[] along = state[1 + axis], across = state[2 - axis];
        var ratio = step / ((settings.Max - settings.Min) / n);
        for (var k = 0; k < grid.Shape[other] + 4; k++)
        {
            var line = k * grid.Strides[other];
            // Face f lies between the cells f − 1 and f.
            for (var f = 1; f < n + 4; f++)
                Split(line + (f - 1) * stride, line + f * stride, along, across, f);
            for (var f = 2; f <= n + 2; f++)
                for (var w = 0; w < 3; w++)
                    courant = Math.Max(courant, Math.Abs(waves[3 * f + w].Speed) * ratio);
            for (var f = 2; f <= n + 2; f++)
                for (var m = 0; m < 3; m++)
                {
                    correction[m][f] = 0;
                    for (var w = 0; w < 3; w++)
                    {
                        var speed = Math.Abs(waves[3 * f + w].Speed);
                        correction[m][f] += 0.5 * speed * (1 - speed * ratio) * Limited(f, w) * waves[3 * f + w][m];
                    }
                }
            for (var i = 2; i < n + 2; i++)
            {
                var at = line + i * stride;
                state[0][at] -= ratio * (rightGoing[0][i] + leftGoing[0][i + 1] + correction[0][i + 1] - correction[0][i]);
                along[at] -= ratio * (rightGoing[1][i] + leftGoing[1][i + 1] + correction[1][i + 1] - correction[1][i]);
                across[at] -= ratio * (rightGoing[2][i] + leftGoing[2][i + 1] + correction[2][i + 1] - correction[2][i]);
            }
        }
    }

    // The limiter's factor: the wave against its projection from the upwind face.
    private double Limited(int f, int w)
    {
        ref readonly var here = ref waves[3 * f + w];
        ref readonly var upwind = ref waves[3 * (here.Speed > 0 ? f - 1 : f + 1) + w];
        var norm = here.Dot(here);
        if (norm == 0)
            return 1;
        var r = here.Dot(upwind) / norm;
        return Math.Max(0, Math.Min(Math.Min((1 + r) / 2, 2), 2 * r));
    }

    // Roe's three waves and what they carry to either side; momenta in the order (along, across).
    private void Split(int left, int right, double[] along, double[] across, int f)
    {
        double hL = state[0][left], hR = state[0][right];
        double rootL = Math.Sqrt(hL), rootR = Math.Sqrt(hR);
        var u = (along[left] / rootL + along[right] / rootR) / (rootL + rootR);
        var v = (across[left] / rootL + across[right] / rootR) / (rootL + rootR);
        var a = Math.Sqrt(settings.Gravity * (hL + hR) * 0.5);
        double dh = hR - hL, du = along[right] - along[left], dv = across[right] - across[left];
        var slow = ((u + a) * dh - du) * (0.5 / a);
        var fast = (-(u - a) * dh + du) * (0.5 / a);
        var first = waves[3 * f] = new Wave(slow, slow * (u - a), slow * v, u - a);
        var second = waves[3 * f + 1] = new Wave(0, 0, dv - v * dh, u);
        var third = waves[3 * f + 2] = new Wave(fast, fast * (u + a), fast * v, u + a);

        // Shares of the waves that go left; a rarefaction that spans zero speed is divided (Harten and Hyman).
        double Characteristic(double h, double momentum, double sign) => momentum / h + sign * Math.Sqrt(settings.Gravity * h);
        var (before, after) = (Characteristic(hL, along[left], -1), Characteristic(hL + first.H, along[left] + first.Along, -1));
        double one, two = 0, three = 0;
        if (before > 0 && first.Speed > 0)
        {
            one = 0;
        }
        else
        {
            one = before < 0 && after > 0 ? before * (after - first.Speed) / (after - before) : Math.Min(first.Speed, 0);
            if (!(second.Speed > 0))
            {
                two = second.Speed;
                (before, after) = (Characteristic(hR - third.H, along[right] - third.Along, 1), Characteristic(hR, along[right], 1));
                three = before < 0 && after > 0 ? before * (after - third.Speed) / (after - before) : Math.Min(third.Speed, 0);
            }
        }
        for (var m = 0; m < 3; m++)
        {
            leftGoing[m][f] = one * first[m] + two * second[m] + three * third[m];
            rightGoing[m][f] = first.Speed * first[m] + second.Speed * second[m] + third.Speed * third[m] - leftGoing[m][f];
        }
    }

    private readonly record struct Wave(double H, double Along, double Across, double Speed)
    {
        public double this[int m] => m == 0 ? H : m == 1 ? Along : Across;

        public double Dot(in Wave other) => H * other.H + Along * other.Along + Across * other.Across;
    }
}
