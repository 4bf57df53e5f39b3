// A dam that breaks all around: shallow water by Clawpack's classic wave propagation, as PDEBench's 2D_rdb file was made.
using System.Numerics;

namespace ModelBalancing.Pde.Solvers;

/// <summary>Gravity, domain and step control; defaults are PDEBench's and PyClaw's.</summary>
public sealed record ShallowWaterSettings
{
    /// <summary>Gravity.</summary>
    public double Gravity { get; init; } = 1;

    /// <summary>Lower end of both axes.</summary>
    public double Min { get; init; } = -2.5;

    /// <summary>Upper end of both axes.</summary>
    public double Max { get; init; } = 2.5;

    /// <summary>Courant number that the next step aims at.</summary>
    public double DesiredCourant { get; init; } = 0.9;

    /// <summary>Courant number above which a step is taken back.</summary>
    public double LargestCourant { get; init; } = 1;

    /// <summary>The first step.</summary>
    public double FirstStep { get; init; } = 0.1;
}

/// <summary>Solves the shallow water equations over a flat bed on a square with open walls, always in float64.</summary>
/// <remarks>Roe's solver with Harten's entropy fix, wave limiter MC, second-order corrections, one sweep along each axis (Godunov splitting), steps from
/// the last Courant number: LeVeque, Finite Volume Methods (2002), chapters 6, 13, 15 and 19; PyClaw's ClawSolver2D is the published program.</remarks>
public static class ShallowWater
{
    /// <summary>The channels: depth and both momenta.</summary>
    public static IReadOnlyList<string> ChannelNames { get; } = ["h", "hu", "hv"];

    /// <summary>Runs every sample from its first frame.</summary>
    /// <param name="start">First frames: depth (> 0) and momenta on two axes.</param>
    /// <param name="settings">Gravity, domain, step control.</param>
    /// <param name="frames">Frames of the result, the first one included, ≥ 1.</param>
    /// <param name="interval">Time between two frames, > 0.</param>
    /// <param name="run">Threads, progress, cancellation; null: the defaults.</param>
    public static Trajectories<double> Evolve(Trajectories<double> start, ShallowWaterSettings settings, int frames, double interval, FlowRun? run = null)
    {
        if (start.Shape.Count != 2 || start.Channels.Count != 3)
            throw new ArgumentException($"start has {start.Channels.Count} channels on {start.Shape.Count} axes; expected depth and two momenta on two axes.", nameof(start));
        return SampleRuns.Evolve<double, double>(start, frames, interval, run, () => new ShallowWaterKernel(settings, start.Shape));
    }

    /// <summary>Still water of depth 1 with a disc of depth <paramref name="inner"/> in the middle.</summary>
    public static Trajectories<double> DamBreak(int points, IReadOnlyList<double> radii, ShallowWaterSettings settings, double inner = 2)
    {
        var start = new Trajectories<double>(radii.Count, 1, [points, points], ChannelNames);
        var width = (settings.Max - settings.Min) / points;
        for (var s = 0; s < radii.Count; s++)
        {
            var depth = start.Frame(0, s, 0);
            for (var i = 0; i < points; i++)
                for (var j = 0; j < points; j++)
                {
                    double x = settings.Min + (i + 0.5) * width, y = settings.Min + (j + 0.5) * width;
                    depth[i * points + j] = Math.Sqrt(x * x + y * y) <= radii[s] ? inner : 1;
                }
        }
        return start;
    }
}

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
