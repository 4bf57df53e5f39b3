// First frames of 1D flows: PDEBench's two random families, and the waves and tubes with known solutions.
using System.Numerics;

namespace ModelBalancing.Pde.Solvers;

/// <summary>Which random family a first frame is drawn from.</summary>
public enum InitialStates
{
    /// <summary>Sums of sines, some windowed (PDEBench 1D "Rand").</summary>
    Rand,

    /// <summary>One jump in each field, at three places (PDEBench 1D "Shock").</summary>
    Shock,

    /// <summary>Toro's shock tubes 1 to 5 and two contacts, one a sample (PDEBench <c>shocktube1</c> to <c>shocktube7</c>): at most seven samples, no chance.</summary>
    Sod,

    /// <summary>A sound wave of amplitude 0.001 (PDEBench <c>sound_wave</c>): one sample, no chance.</summary>
    SoundWave,
}

/// <summary>One side of a shock tube.</summary>
/// <param name="Density">Density, > 0.</param>
/// <param name="Velocity">Velocity along the tube.</param>
/// <param name="Pressure">Pressure, > 0.</param>
public readonly record struct TubeState(double Density, double Velocity, double Pressure);

/// <summary>First frames: each sample depends on the seed and its own index only.</summary>
/// <remarks>Distributions as PDEBench draws them (data_gen_NLE/utils.py, commit a68cac4), including the couplings that its re-used random keys
/// cause: the window's ends are 0.45 apart and it is on exactly in the lower half of its positions; a jump's place and its right state
/// come from one number. Exact published samples need JAX's generator and cannot be drawn again here.</remarks>
public static class RandomFields1d
{
    private const int FlowModes = 3;
    private const int ScalarModes = 4;
    private const double FlowWindowShare = 0.5;
    private const double ScalarWindowShare = 0.1;
    private const int Draws = 2;
    private const double WindowWidth = 0.01;
    private const double WindowLength = 0.45;

    /// <summary>First frames of the samples <paramref name="firstSample"/> .. + <paramref name="samples"/> − 1.</summary>
    /// <param name="states">The family.</param>
    /// <param name="samples">How many, ≥ 0.</param>
    /// <param name="points">Number of cells, ≥ 4.</param>
    /// <param name="seed">Seed of the whole set.</param>
    /// <param name="firstSample">Index of the first sample.</param>
    /// <param name="xMin">Left end of the domain; PDEBench: −1.</param>
    /// <param name="xMax">Right end; PDEBench: 1.</param>
    public static FlowFields1d<double> Draw(InitialStates states, int samples, int points, long seed, long firstSample = 0, double xMin = -1, double xMax = 1)
    {
        var fields = new FlowFields1d<double>(samples, 1, points);
        var x = new FlowSettings { XMin = xMin, XMax = xMax }.CellCentres(points);
        for (var s = 0; s < samples; s++)
        {
            if (states is InitialStates.Sod or InitialStates.SoundWave)
            {
                var known = states == InitialStates.Sod ? Tube((int)(firstSample + s), points, xMin, xMax) : SoundWave(points, amplitude: 1e-3);
                for (var c = 0; c < 3; c++)
                    known.Channels[c].CopyTo(fields.Row(fields.Channels[c], s, 0));
                continue;
            }
            var random = new SampleRandom(seed, firstSample + s);
            Span<double> density = fields.Row(fields.Density, s, 0), pressure = fields.Row(fields.Pressure, s, 0), velocity = fields.Row(fields.Velocity, s, 0);
            if (states == InitialStates.Rand)
            {
                Waves(random, x, density, FlowModes, FlowWindowShare);
                Scale(density, random.LogUniform(1, 10), random.LogUniform(1, 10));
                Waves(random, x, pressure, FlowModes, FlowWindowShare);
                Scale(pressure, random.LogUniform(10, 100), random.LogUniform(10, 100));
                Waves(random, x, velocity, FlowModes, FlowWindowShare);
            }
            else
            {
                Jump(random, density, 1, 10);
                Jump(random, pressure, 10, 100);
                Jump(random, velocity, Math.Exp(-0.5), Math.Exp(0.5));
            }
        }
        return fields;
    }

    /// <summary>First frames of a scalar on an interval: sums of sines, some windowed (PDEBench <c>init_multi</c> with four modes).</summary>
    /// <param name="samples">How many, ≥ 0.</param>
    /// <param name="points">Number of cells, ≥ 4.</param>
    /// <param name="seed">Seed of the whole set.</param>
    /// <param name="firstSample">Index of the first sample.</param>
    /// <param name="xMin">Left end.</param>
    /// <param name="xMax">Right end.</param>
    /// <param name="normalized">Stretched to [0, 1] within every sample, as reaction-diffusion has it.</param>
    public static Trajectories<double> DrawScalar(int samples, int points, long seed, long firstSample, double xMin, double xMax, bool normalized)
    {
        var fields = new Trajectories<double>(samples, 1, [points], [ScalarFlow.Channel]);
        var x = new FlowSettings { XMin = xMin, XMax = xMax }.CellCentres(points);
        for (var s = 0; s < samples; s++)
        {
            var field = fields.Frame(0, s, 0);
            Waves(new SampleRandom(seed, firstSample + s), x, field, ScalarModes, ScalarWindowShare);
            if (normalized)
                Scale(field, 1, 0);
        }
        return fields;
    }

    /// <summary>One of PDEBench's seven shock tubes; the jump lies on a cell's face.</summary>
    /// <param name="index">0 to 6 for <c>shocktube1</c> to <c>shocktube7</c>.</param>
    /// <param name="points">Number of cells, ≥ 4.</param>
    /// <param name="xMin">Left end.</param>
    /// <param name="xMax">Right end.</param>
    public static FlowFields1d<double> Tube(int index, int points, double xMin = -1, double xMax = 1)
    {
        var (left, right, share) = index switch
        {
            0 => (new TubeState(1, 0.75, 1), new TubeState(0.125, 0, 0.1), 0.3),
            1 => (new TubeState(1, -2, 0.4), new TubeState(1, 2, 0.4), 0.5),
            2 => (new TubeState(1, 0, 1000), new TubeState(1, 0, 0.01), 0.5),
            3 => (new TubeState(5.99924, 19.5975, 460.894), new TubeState(5.99242, -6.19633, 46.095), 0.4),
            4 => (new TubeState(1, -19.59745, 1000), new TubeState(1, -19.59745, 0.01), 0.8),
            5 => (new TubeState(1.4, 0, 1), new TubeState(1, 0, 1), 0.5),
            6 => (new TubeState(1.4, 0.1, 1), new TubeState(1, 0.1, 1), 0.5),
            _ => throw new ArgumentOutOfRangeException(nameof(index), index, $"index is {index}; expected 0 to 6."),
        };
        return ShockTube(points, left, right, xMin + (int)(share * points) * (xMax - xMin) / points, xMin, xMax);
    }

    /// <summary>Two constant states with a jump at <paramref name="position"/>.</summary>
    public static FlowFields1d<double> ShockTube(int points, TubeState left, TubeState right, double position, double xMin, double xMax)
    {
        var fields = new FlowFields1d<double>(1, 1, points);
        var x = new FlowSettings { XMin = xMin, XMax = xMax }.CellCentres(points);
        for (var i = 0; i < points; i++)
        {
            var side = x[i] < position ? left : right;
            (fields.Density[i], fields.Velocity[i], fields.Pressure[i]) = (side.Density, side.Velocity, side.Pressure);
        }
        return fields;
    }

    /// <summary>Sod's tube on (0, 1): (1, 0, 1) and (0.125, 0, 0.1), jump at 1/2.</summary>
    public static FlowFields1d<double> Sod(int points) => ShockTube(points, new(1, 0, 1), new(0.125, 0, 0.1), 0.5, 0, 1);

    /// <summary>A wave of density alone, carried along: ρ = 1 + amplitude·sin 2πx, u = velocity, p = 1 on (0, 1). Exact for all times.</summary>
    public static FlowFields1d<double> EntropyWave(int points, double amplitude = 0.2, double velocity = 1)
    {
        var fields = new FlowFields1d<double>(1, 1, points);
        for (var i = 0; i < points; i++)
            (fields.Density[i], fields.Velocity[i], fields.Pressure[i]) = (1 + amplitude * Math.Sin(2 * Math.PI * (i + 0.5) / points), velocity, 1);
        return fields;
    }

    /// <summary>A right-going sound wave on (0, 1) over ρ = 1 at rest: δρ = amplitude·sin 2πx, δu = c δρ, δp = c² δρ.</summary>
    /// <param name="points">Number of cells.</param>
    /// <param name="gamma">Ratio of specific heats; the background pressure is c²/γ.</param>
    /// <param name="soundSpeed">c; PDEBench's <c>sound_wave</c>: 2 on the interval (−1, 1).</param>
    /// <param name="amplitude">Relative amplitude, small: the exact solution is that of linear acoustics.</param>
    public static FlowFields1d<double> SoundWave(int points, double gamma = 5.0 / 3.0, double soundSpeed = 2, double amplitude = 1e-6)
    {
        var fields = new FlowFields1d<double>(1, 1, points);
        for (var i = 0; i < points; i++)
        {
            var wave = amplitude * Math.Sin(2 * Math.PI * (i + 0.5) / points);
            (fields.Density[i], fields.Velocity[i], fields.Pressure[i]) =
                (1 + wave, soundSpeed * wave, soundSpeed * soundSpeed * (1 / gamma + wave));
        }
        return fields;
    }

    // Sum of sines whose wave numbers are (j + 1) times how often mode j was picked in two draws; unpicked modes add a constant.
    private static void Waves(SampleRandom random, double[] x, Span<double> field, int modes, double windowShare)
    {
        Span<int> picks = stackalloc int[modes];
        for (var draw = 0; draw < Draws; draw++)
            picks[random.Integer(modes)]++;
        field.Clear();
        var length = x[^1] - x[0];
        for (var mode = 0; mode < modes; mode++)
        {
            var wave = 2 * Math.PI * (mode + 1) * picks[mode] / length;
            var amplitude = random.Uniform();
            var phase = random.Uniform(0, 2 * Math.PI);
            for (var i = 0; i < field.Length; i++)
                field[i] += amplitude * Math.Sin(wave * x[i] + phase);
        }
        if (random.Chance(0.1))
            for (var i = 0; i < field.Length; i++)
                field[i] = Math.Abs(field[i]);
        if (random.Chance(0.5))
            for (var i = 0; i < field.Length; i++)
                field[i] = -field[i];
        // xL is uniform in (.1, .45) and the window is on in the lower part of that range: .275 for half of the samples.
        var left = random.Uniform(0.1, 0.45);
        if (left < 0.1 + 0.35 * windowShare)
            for (var i = 0; i < field.Length; i++)
                field[i] *= (Math.Tanh((x[i] - left) / WindowWidth) - Math.Tanh((x[i] - left - WindowLength) / WindowWidth)) / 2;
    }

    // To [0, 1] within the sample, then stretched and lifted.
    private static void Scale(Span<double> field, double range, double lowest)
    {
        double smallest = double.PositiveInfinity, largest = double.NegativeInfinity;
        foreach (var value in field)
            (smallest, largest) = (Math.Min(smallest, value), Math.Max(largest, value));
        var width = largest - smallest;
        for (var i = 0; i < field.Length; i++)
            field[i] = (width > 0 ? (field[i] - smallest) / width : 0) * range + lowest;
    }

    private static void Jump(SampleRandom random, Span<double> field, double low, double high)
    {
        var left = random.LogUniform(low, high);
        var u = random.Uniform();
        var right = Math.Exp(Math.Log(low) + u * (Math.Log(high) - Math.Log(low)));
        var cell = (int)(field.Length * (0.25 + 0.5 * u));
        field[..cell].Fill(left);
        field[cell..].Fill(right);
    }
}
