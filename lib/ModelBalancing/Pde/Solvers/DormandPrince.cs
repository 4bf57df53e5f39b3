// The adaptive Runge-Kutta method of order 5 with its interpolant, stepped as SciPy's solve_ivp steps it.
namespace ModelBalancing.Pde.Solvers;

/// <summary>Integrates y' = f(y) from t = 0 with the pair of Dormand and Prince (1980) and Shampine's interpolant of order 4 (1986).</summary>
/// <remarks>First step (Hairer, Nørsett, Wanner I, II.4), error norm (root mean square over all components, scale atol + rtol·max|y|), controller
/// (safety 0.9, factors 0.2 to 10, none above 1 after a rejection) are those of SciPy's RK45, whose defaults are 1e-3 and 1e-6, so that runs
/// follow its steps. The file scipy/integrate/_ivp/rk.py documents them.</remarks>
internal sealed class DormandPrince
{
    private const double Safety = 0.9, SmallestFactor = 0.2, LargestFactor = 10, Exponent = -0.2;

    private static readonly double[][] A =
    [
        [],
        [1.0 / 5],
        [3.0 / 40, 9.0 / 40],
        [44.0 / 45, -56.0 / 15, 32.0 / 9],
        [19372.0 / 6561, -25360.0 / 2187, 64448.0 / 6561, -212.0 / 729],
        [9017.0 / 3168, -355.0 / 33, 46732.0 / 5247, 49.0 / 176, -5103.0 / 18656],
        [35.0 / 384, 0, 500.0 / 1113, 125.0 / 192, -2187.0 / 6784, 11.0 / 84],
    ];

    // Fifth minus fourth order weights.
    private static readonly double[] E = [-71.0 / 57600, 0, 71.0 / 16695, -71.0 / 1920, 17253.0 / 339200, -22.0 / 525, 1.0 / 40];

    // Powers 1 to 4 of the position within the step, a row a stage.
    private static readonly double[][] P =
    [
        [1, -8048581381.0 / 2820520608, 8663915743.0 / 2820520608, -12715105075.0 / 11282082432],
        [0, 0, 0, 0],
        [0, 131558114200.0 / 32700410799, -68118460800.0 / 10900136933, 87487479700.0 / 32700410799],
        [0, -1754552775.0 / 470086768, 14199869525.0 / 1410260304, -10690763975.0 / 1880347072],
        [0, 127303824393.0 / 49829197408, -318862633887.0 / 49829197408, 701980252875.0 / 199316789632],
        [0, -282668133.0 / 205662961, 2019193451.0 / 616988883, -1453857185.0 / 822651844],
        [0, 40617522.0 / 29380423, -110615467.0 / 29380423, 69997945.0 / 29380423],
    ];

    private readonly Action<double[], double[]> derivative;
    private readonly double relative, absolute, end;
    private readonly double[][] stages;
    private double[] old, state, trial;
    private double time, step, lastStep;

    /// <param name="derivative">Writes f(y) into its second argument.</param>
    /// <param name="start">y(0).</param>
    /// <param name="end">Where the integration ends, > 0: no step goes beyond.</param>
    /// <param name="relative">rtol.</param>
    /// <param name="absolute">atol.</param>
    public DormandPrince(Action<double[], double[]> derivative, double[] start, double end, double relative = 1e-3, double absolute = 1e-6)
    {
        (this.derivative, this.end, this.relative, this.absolute) = (derivative, end, relative, absolute);
        state = [.. start];
        (old, trial) = ([.. start], new double[start.Length]);
        stages = [.. A.Select(_ => new double[start.Length])];
        derivative(state, stages[0]);
        step = FirstStep();
    }

    /// <summary>y at a time not before the last step's beginning; steps are taken until it is reached.</summary>
    /// <returns>False when no step small enough could be found.</returns>
    public bool At(double wanted, Span<double> result)
    {
        while (time < Math.Min(wanted, end))
            if (!Step())
                return false;
        var x = lastStep == 0 ? 0 : (wanted - (time - lastStep)) / lastStep;
        Span<double> weights = stackalloc double[stages.Length];
        for (var s = 0; s < weights.Length; s++)
            weights[s] = lastStep * x * (P[s][0] + x * (P[s][1] + x * (P[s][2] + x * P[s][3])));
        old.CopyTo(result);
        for (var s = 0; s < weights.Length; s++)
            if (weights[s] != 0)
                for (var i = 0; i < result.Length; i++)
                    result[i] += weights[s] * stages[s][i];
        return true;
    }

    private bool Step()
    {
        // The last stage of a step is the first of the next one.
        if (lastStep != 0)
            (stages[0], stages[^1]) = (stages[^1], stages[0]);
        var smallest = 10 * (Math.BitIncrement(time) - time);
        step = Math.Max(step, smallest);
        var rejected = false;
        while (true)
        {
            if (!(step >= smallest))
                return false;
            var next = Math.Min(time + step, end);
            var h = next - time;
            for (var s = 1; s < stages.Length; s++)
            {
                Combine(state, A[s], h, trial);
                derivative(trial, stages[s]);
            }
            var error = Error(h);
            if (error < 1)
            {
                var factor = error == 0 ? LargestFactor : Math.Min(LargestFactor, Safety * Math.Pow(error, Exponent));
                step = h * (rejected ? Math.Min(1, factor) : factor);
                (old, state, trial) = (state, trial, old);
                (time, lastStep) = (next, h);
                return true;
            }
            step = h * Math.Max(SmallestFactor, Safety * Math.Pow(error, Exponent));
            if (!double.IsFinite(error))
                return false;
            rejected = true;
        }
    }

    // to = y + h Σ weight · stage
    private void Combine(double[] y, double[] weights, double h, double[] to)
    {
        y.CopyTo(to, 0);
        for (var s = 0; s < weights.Length; s++)
        {
            if (weights[s] == 0)
                continue;
            var weight = h * weights[s];
            var stage = stages[s];
            for (var i = 0; i < to.Length; i++)
                to[i] += weight * stage[i];
        }
    }

    private double Error(double h)
    {
        var sum = 0.0;
        for (var i = 0; i < state.Length; i++)
        {
            var estimate = 0.0;
            for (var s = 0; s < E.Length; s++)
                estimate += E[s] * stages[s][i];
            var scaled = h * estimate / (absolute + Math.Max(Math.Abs(state[i]), Math.Abs(trial[i])) * relative);
            sum += scaled * scaled;
        }
        return Math.Sqrt(sum / state.Length);
    }

    private double FirstStep()
    {
        double Norm(double[] values)
        {
            var sum = 0.0;
            for (var i = 0; i < values.Length; i++)
            {
                var scaled = values[i] / (absolute + Math.Abs(state[i]) * relative);
                sum += scaled * scaled;
            }
            return Math.Sqrt(sum / values.Length);
        }
        double d0 = Norm(state), d1 = Norm(stages[0]);
        var h0 = Math.Min(d0 < 1e-5 || d1 < 1e-5 ? 1e-6 : 0.01 * d0 / d1, end);
        Combine(state, [1], h0, trial);
        derivative(trial, stages[1]);
        for (var i = 0; i < trial.Length; i++)
            trial[i] = stages[1][i] - stages[0][i];
        var d2 = Norm(trial) / h0;
        var h1 = d1 <= 1e-15 && d2 <= 1e-15 ? Math.Max(1e-6, h0 * 1e-3) : Math.Pow(0.01 / Math.Max(d1, d2), -Exponent);
        return Math.Min(Math.Min(100 * h0, h1), end);
    }
}
