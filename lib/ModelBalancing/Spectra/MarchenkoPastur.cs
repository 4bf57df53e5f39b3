// The bulk of a spectrum as pure noise would have it, and what sticks out of it: WeightWatcher's mp_fit.
namespace ModelBalancing.Spectra;

/// <summary>Marchenko–Pastur law fitted to the bulk of a spectrum.</summary>
/// <param name="Scale">What the weight was multiplied by before the fit, so that its eigenvalues have mean 1 ("W_scale").</param>
/// <param name="Sigma">Standard deviation of the entries that the bulk tells, after scaling ("sigma_mp"); 1 for noise.</param>
/// <param name="BulkMin">Lower edge of the bulk, in the weight's own eigenvalues.</param>
/// <param name="BulkMax">Upper edge.</param>
/// <param name="Spikes">Eigenvalues above the upper edge and the Tracy–Widom margin ("num_spikes").</param>
/// <param name="SoftRank">Upper edge over the largest eigenvalue ("mp_softrank"); about 1 for noise, small where structure dominates.</param>
/// <remarks>
/// Public code CalculatedContent/WeightWatcher (Apache-2.0), RMT_Util.py and weightwatcher.py of 0.7.7: σ minimises the squared distance between the law's density and a
/// triangular kernel estimate, over a grid and then by a simplex. Square matrices are compared through singular values with √(4 − x²)/(πσ²), which is the quarter circle for
/// σ = 1 only; that is kept here, since the number is meant to be theirs.
/// </remarks>
public sealed record MarchenkoPastur(double Scale, double Sigma, double BulkMin, double BulkMax, int Spikes, double SoftRank)
{
    private const double Bandwidth = 0.1, Thin = 0.01, Beyond = 0.5, Penalty = 1000;
    private const int Points = 1000;

    // The grid, in multiples of the σ that would put the largest eigenvalue at the edge.
    private const double GridFrom = 0.05, GridTo = 2, GridStep = 0.01;

    /// <summary>Fits the law.</summary>
    /// <param name="spectrum">The eigenvalues; pooled ones share the shape of one matrix.</param>
    /// <exception cref="SpectrumException">All eigenvalues are 0.</exception>
    public static MarchenkoPastur Fit(Spectrum spectrum)
    {
        ArgumentNullException.ThrowIfNull(spectrum);
        if (!(spectrum.LambdaMax > 0) || !double.IsFinite(spectrum.LambdaMax))
            throw new SpectrumException("A spectrum of zeros or infinite values has no bulk to fit.");
        var (larger, smaller) = (Math.Max(spectrum.Rows, spectrum.Columns), Math.Min(spectrum.Rows, spectrum.Columns));
        var narrowness = Math.Sqrt((double)smaller / larger); // 1/√Q
        var squaredScale = spectrum.Count / spectrum.FrobeniusSquared;
        double[] scaled = [.. spectrum.Eigenvalues.Select(value => squaredScale * value)];
        var isSquare = larger == smaller;
        var density = Density.Of(isSquare ? [.. scaled.Select(Math.Sqrt)] : scaled);
        double Distance(double sigma) => isSquare ? density.FromQuarterCircle(sigma) : density.FromLaw(sigma, narrowness);

        var unit = Math.Sqrt(scaled[^1]) / (1 + narrowness);
        var grid = Enumerable.Range(0, (int)Math.Ceiling((GridTo - GridFrom) / GridStep)).Select(i => (GridFrom + GridStep * i) * unit);
        var sigma = Simplex(Distance, grid.MinBy(Distance));

        var (low, high) = (Math.Pow(sigma * (1 - narrowness), 2), Math.Pow(sigma * (1 + narrowness), 2));
        var margin = Math.Sqrt(narrowness * Math.Pow(high, 2.0 / 3) * Math.Pow(smaller, -2.0 / 3));
        return new MarchenkoPastur(Math.Sqrt(squaredScale), sigma, low / squaredScale, high / squaredScale, scaled.Count(value => value > high + margin), high / scaled[^1]);
    }

    // Nelder and Mead in one variable, with the usual factors and the tolerances of scipy's fmin.
    private static double Simplex(Func<double, double> function, double start)
    {
        const double tolerance = 1e-4;
        const int mostIterations = 200;
        var (best, other) = (start, 1.05 * start);
        var (bestValue, otherValue) = (function(best), function(other));
        Order();
        for (var iteration = 1; iteration < mostIterations && !(Math.Abs(other - best) <= tolerance && Math.Abs(otherValue - bestValue) <= tolerance); iteration++)
        {
            var reflected = 2 * best - other;
            var reflectedValue = function(reflected);
            if (reflectedValue < bestValue)
            {
                var expanded = 3 * best - 2 * other;
                var expandedValue = function(expanded);
                (other, otherValue) = expandedValue < reflectedValue ? (expanded, expandedValue) : (reflected, reflectedValue);
            }
            else
            {
                // Outside if the reflection is better than the worst, else inside; else shrink, which in one variable is the same step.
                var isOutside = reflectedValue < otherValue;
                var contracted = isOutside ? 1.5 * best - 0.5 * other : 0.5 * best + 0.5 * other;
                var contractedValue = function(contracted);
                if (isOutside ? contractedValue <= reflectedValue : contractedValue < otherValue)
                    (other, otherValue) = (contracted, contractedValue);
                else
                {
                    other = best + 0.5 * (other - best);
                    otherValue = function(other);
                }
            }
            Order();
        }
        return best;

        void Order()
        {
            if (otherValue < bestValue)
                ((best, bestValue), (other, otherValue)) = ((other, otherValue), (best, bestValue));
        }
    }

    /// <summary>Kernel estimate of a density where it is not thin.</summary>
    private sealed record Density(double[] Places, double[] Heights, double Peak)
    {
        public static Density Of(double[] values)
        {
            var end = values[^1] + Beyond;
            var (places, heights) = (new List<double>(), new List<double>());
            for (var i = 0; i < Points; i++)
            {
                var x = i * end / (Points - 1);
                var height = values.Sum(value => Math.Max(0, 1 - Math.Abs(x - value) / Bandwidth)) / (values.Length * Bandwidth);
                if (height > Thin)
                {
                    places.Add(x);
                    heights.Add(height);
                }
            }
            return new Density([.. places], [.. heights], places[heights.IndexOf(heights.Max())]);
        }

        public double FromQuarterCircle(double sigma) => Distance(x => Math.Sqrt(4 - x * x) / (Math.PI * sigma * sigma));

        public double FromLaw(double sigma, double narrowness)
        {
            var (low, high) = (Math.Pow(sigma * (1 - narrowness), 2), Math.Pow(sigma * (1 + narrowness), 2));
            return high < Peak || high > Places[^1] || low > Peak ? Penalty * Penalty * Places.Length
                : Distance(x => Math.Sqrt((high - x) * (x - low)) / (2 * Math.PI * sigma * sigma * x * narrowness * narrowness));
        }

        // Where the law has no density its formula is not a number.
        private double Distance(Func<double, double> law)
        {
            double sum = 0;
            for (var i = 0; i < Places.Length; i++)
            {
                var height = law(Places[i]);
                var difference = (double.IsNaN(height) ? 0 : Math.Min(height, double.MaxValue)) - Heights[i];
                sum += difference * difference;
            }
            return sum;
        }
    }
}
