// First frames of flows in two and three dimensions, and of scalars on a square.
namespace ModelBalancing.Pde.Solvers;

/// <summary>Which family a first frame of two or three dimensions is drawn from.</summary>
public enum FlowStates
{
    /// <summary>Sums of sine waves in all fields, half of them within a window (PDEBench <c>2D_rand</c>, <c>3D_rand</c>).</summary>
    Rand,

    /// <summary>A turbulent velocity without divergence in a uniform fluid (PDEBench <c>2D_Turbs</c>).</summary>
    Turb,

    /// <summary>Two streams with a rippled interface (PDEBench <c>KHs</c>, boundary <see cref="FlowBoundary.KelvinHelmholtz"/>).</summary>
    KelvinHelmholtz,
}

/// <summary>First frames on the unit square or cube: each sample depends on the seed and its own index only.</summary>
/// <remarks>Distributions as PDEBench draws them (data_gen_NLE/utils.py, commit a68cac4), with the couplings of its re-used random keys: a window's
/// ends are 0.45 apart and it is on exactly in the lower half of its positions along x.</remarks>
public static class RandomFlows
{
    private const int Waves = 4;
    private const double WindowWidth = 0.01;
    private const double WindowLength = 0.45;

    /// <summary>First frames of the samples <paramref name="firstSample"/> .. + <paramref name="samples"/> − 1.</summary>
    /// <param name="states">The family; in three dimensions only <see cref="FlowStates.Rand"/>.</param>
    /// <param name="samples">How many, ≥ 0.</param>
    /// <param name="points">Cells along every axis, ≥ 4.</param>
    /// <param name="dimensions">2 or 3.</param>
    /// <param name="mach">Mach number; PDEBench: 0.1 or 1.</param>
    /// <param name="seed">Seed of the whole set.</param>
    /// <param name="firstSample">Index of the first sample.</param>
    /// <param name="gamma">Ratio of specific heats.</param>
    /// <param name="publishedProjection">Turb: remove the divergence with wave numbers that are off by one, as published, so that some of it is left; default: all of it.</param>
    public static Trajectories<double> Draw(FlowStates states, int samples, int points, int dimensions, double mach, long seed, long firstSample = 0,
        double gamma = 5.0 / 3.0, bool publishedProjection = false)
    {
        if (dimensions is < 2 or > 3 || dimensions == 3 && states != FlowStates.Rand)
            throw new ArgumentException($"{states} in {dimensions} dimensions was asked for; there are Rand in 2 and 3, Turb and KelvinHelmholtz in 2.", nameof(dimensions));
        if (!(mach > 0))
            throw new ArgumentOutOfRangeException(nameof(mach), mach, $"mach is {mach}; expected a positive number.");
        var fields = new Trajectories<double>(samples, 1, [.. Enumerable.Repeat(points, dimensions)], CompressibleFlow.ChannelNames(dimensions));
        var x = new FlowSettings { XMin = 0, XMax = 1 }.CellCentres(points);
        for (var s = 0; s < samples; s++)
        {
            var random = new SampleRandom(seed, firstSample + s);
            if (states == FlowStates.Rand)
                DrawRand(random, fields, s, x, dimensions, mach, gamma);
            else if (states == FlowStates.Turb)
                DrawTurb(random, fields, s, x, mach, gamma, publishedProjection);
            else
                DrawShear(random, fields, s, x, mach, gamma);
        }
        return fields;
    }

    /// <summary>A scalar on the unit square: a level U(0.1, 10) with waves of U(0.01, 0.5), half of them within a window (PDEBench <c>init_multi_2DRand</c>).</summary>
    internal static void DrawScalar(SampleRandom random, Span<double> field, double[] x)
    {
        var level = random.Uniform(0.1, 10);
        var amplitude = random.Uniform(0.01, 0.5);
        AddWaves(field, x, 2, WaveList(2), (_, _) => random.Uniform(0, 2 * Math.PI));
        var mean = MeanMagnitude(field);
        for (var i = 0; i < field.Length; i++)
            field[i] = level + amplitude * field[i] / mean;
        if (Window(random, x, 2) is { } window)
            for (var i = 0; i < field.Length; i++)
                field[i] = field[i] * window[i] + level * (1 - window[i]);
    }

    private static void DrawRand(SampleRandom random, Trajectories<double> fields, int sample, double[] x, int dimensions, double mach, double gamma)
    {
        double density = random.Uniform(0.1, 10), densityShare = random.Uniform(0.01, 0.2);
        double temperature = random.Uniform(0.1, 10), pressureShare = random.Uniform(0.01, 0.2);
        var pressure = density * temperature;
        var waves = WaveList(dimensions);
        for (var c = 0; c < fields.Channels.Count; c++)
            AddWaves(fields.Frame(c, sample, 0), x, dimensions, waves, (_, _) => random.Uniform(0, 2 * Math.PI));
        Relative(fields.Frame(0, sample, 0), density, densityShare);
        Relative(fields.Frame(1, sample, 0), pressure, pressureShare);
        ScaleSpeed(fields, sample, mach * Math.Sqrt(gamma * temperature));
        if (Window(random, x, dimensions) is not { } window)
            return;
        for (var c = 0; c < fields.Channels.Count; c++)
        {
            var field = fields.Frame(c, sample, 0);
            var outside = c == 0 ? density : c == 1 ? pressure : 0;
            for (var i = 0; i < field.Length; i++)
                field[i] = field[i] * window[i] + outside * (1 - window[i]);
        }
    }

    private static void DrawTurb(SampleRandom random, Trajectories<double> fields, int sample, double[] x, double mach, double gamma, bool published)
    {
        fields.Frame(0, sample, 0).Fill(1);
        fields.Frame(1, sample, 0).Fill(1 / (mach * mach * gamma));
        var waves = WaveList(2);
        var phases = waves.Select(_ => (X: random.Uniform(0, 2 * Math.PI), Y: random.Uniform(0, 2 * Math.PI))).ToArray();
        // What a wave of velocity (sin, sin) with these phases leaves of itself: a projection of its two complex amplitudes, both by the same real matrix.
        for (var w = 0; w < waves.Count; w++)
        {
            var (i, j) = (waves[w][0], waves[w][1]);
            var (xx, xy, yy) = published ? Mean(Projection(i - 1, j - 1), Projection(-i - 1, -j - 1)) : Projection(i, j);
            var size = Amplitude(waves[w]);
            for (var row = 0; row < x.Length; row++)
                for (var column = 0; column < x.Length; column++)
                {
                    var angle = 2 * Math.PI * (i * x[row] + j * x[column]);
                    double u = size * Math.Sin(angle + phases[w].X), v = size * Math.Sin(angle + phases[w].Y);
                    fields.Frame(2, sample, 0)[row * x.Length + column] += xx * u + xy * v;
                    fields.Frame(3, sample, 0)[row * x.Length + column] += xy * u + yy * v;
                }
        }
        ScaleSpeed(fields, sample, 1);

        // Identity − k kᵀ / k².
        static (double Xx, double Xy, double Yy) Projection(double i, double j) =>
            i * i + j * j is var square and > 0 ? (1 - i * i / square, -i * j / square, 1 - j * j / square) : (1, 0, 1);
        static (double Xx, double Xy, double Yy) Mean((double Xx, double Xy, double Yy) a, (double Xx, double Xy, double Yy) b) =>
            ((a.Xx + b.Xx) / 2, (a.Xy + b.Xy) / 2, (a.Yy + b.Yy) / 2);
    }

    private static void DrawShear(SampleRandom random, Trajectories<double> fields, int sample, double[] x, double mach, double gamma)
    {
        const double ripple = 0.005;
        var ratio = random.Uniform(0.5, 2);
        var waves = 1 + random.Integer(3);
        double upper = 2 / (ratio + 1), lower = ratio * upper;
        fields.Frame(1, sample, 0).Fill(0.5 * (upper + lower) / (mach * mach * gamma));
        for (var i = 0; i < x.Length; i++)
        {
            var border = 0.5 + ripple * Math.Sin(2 * Math.PI * waves * x[i]);
            for (var j = 0; j < x.Length; j++)
            {
                fields.Frame(0, sample, 0)[i * x.Length + j] = x[j] > border ? upper : lower;
                fields.Frame(2, sample, 0)[i * x.Length + j] = x[j] > border ? 1 : -1;
            }
        }
    }

    // Wave numbers from −4 to 4 along every axis, none of them zero.
    private static List<int[]> WaveList(int dimensions)
    {
        int[] along = [.. Enumerable.Range(-Waves, 2 * Waves + 1).Where(k => k != 0)];
        List<int[]> waves = [[]];
        for (var axis = 0; axis < dimensions; axis++)
            waves = [.. along.SelectMany(k => waves.Select(rest => (int[])[.. rest, k]))];
        return waves;
    }

    // |k|^(−1/2) in two dimensions, 1/|k| in three.
    private static double Amplitude(int[] wave)
    {
        var size = 2 * Math.PI * Math.Sqrt(wave.Sum(k => k * k));
        return wave.Length == 2 ? 1 / Math.Sqrt(size) : 1 / size;
    }

    // field += Σ amplitude · sin(k·x + phase), built from sines and cosines along the axes.
    private static void AddWaves(Span<double> field, double[] x, int dimensions, List<int[]> waves, Func<int[], int, double> phase)
    {
        var n = x.Length;
        var inner = dimensions == 2 ? n : n * n;
        for (var w = 0; w < waves.Count; w++)
        {
            var wave = waves[w];
            var size = Amplitude(wave);
            var shift = phase(wave, w);
            for (var i = 0; i < n; i++)
            {
                var first = wave[0] * x[i];
                for (var rest = 0; rest < inner; rest++)
                {
                    var cycles = dimensions == 2 ? first + wave[1] * x[rest] : first + wave[1] * x[rest / n] + wave[2] * x[rest % n];
                    field[i * inner + rest] += size * Math.Sin(2 * Math.PI * cycles + shift);
                }
            }
        }
    }

    private static void Relative(Span<double> field, double level, double share)
    {
        var mean = MeanMagnitude(field);
        for (var i = 0; i < field.Length; i++)
            field[i] = level * (1 + share * field[i] / mean);
    }

    // Velocity components to a mean speed.
    private static void ScaleSpeed(Trajectories<double> fields, int sample, double speed)
    {
        var total = 0.0;
        for (var i = 0; i < fields.Cells; i++)
        {
            var squares = 0.0;
            for (var c = 2; c < fields.Channels.Count; c++)
                squares += fields.Frame(c, sample, 0)[i] * fields.Frame(c, sample, 0)[i];
            total += Math.Sqrt(squares);
        }
        var factor = speed * fields.Cells / total;
        for (var c = 2; c < fields.Channels.Count; c++)
            foreach (ref var value in fields.Frame(c, sample, 0))
                value *= factor;
    }

    private static double MeanMagnitude(ReadOnlySpan<double> field)
    {
        var sum = 0.0;
        foreach (var value in field)
            sum += Math.Abs(value);
        return sum / field.Length;
    }

    // A smooth box, or null in half of the samples.
    private static double[]? Window(SampleRandom random, double[] x, int dimensions)
    {
        var lefts = Enumerable.Range(0, dimensions).Select(_ => random.Uniform(0.1, 0.45)).ToArray();
        if (lefts[0] >= 0.275)
            return null;
        double[] window = [1];
        foreach (var left in lefts)
        {
            var along = Array.ConvertAll(x, at => (Math.Tanh((at - left) / WindowWidth) - Math.Tanh((at - left - WindowLength) / WindowWidth)) / 2);
            window = [.. window.SelectMany(outer => along.Select(inner => outer * inner))];
        }
        return window;
    }
}
