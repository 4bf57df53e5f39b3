// Roots to the last digit: MathNet's searches stop at an absolute accuracy, quantiles need a relative one.
namespace ModelBalancing.Statistics;

internal static class RootSearch
{
    private const int MostSteps = 200;

    /// <summary>The positive root of a function that is positive at 0 and falls; the bracket is doubled until it holds it.</summary>
    public static double Upwards(Func<double, double> function)
    {
        double low = 0, high = 1;
        while (function(high) > 0)
        {
            (low, high) = (high, high * 2);
            if (double.IsInfinity(high))
                return double.PositiveInfinity;
        }
        // A root far below 1 is bracketed from above the same way, so that its relative accuracy is kept.
        for (int halving = 0; low == 0 && halving < 1000; halving++)
        {
            double half = high / 2;
            if (function(half) > 0)
                low = half;
            else
                high = half;
        }
        return Between(function, low, high);
    }

    /// <summary>The root between two arguments at which the function has opposite signs, by Chandrupatla's method (Advances in Engineering Software 28, 1997).</summary>
    public static double Between(Func<double, double> function, double low, double high)
    {
        double a = high, b = low, c = high, share = 0.5;
        double fa = function(a), fb = function(b), fc = fa;
        for (int step = 0; step < MostSteps; step++)
        {
            double x = a + share * (b - a), fx = function(x);
            if (Math.Sign(fx) == Math.Sign(fa))
                (c, fc) = (a, fa);
            else
                (c, b, fc, fb) = (b, a, fb, fa);
            (a, fa) = (x, fx);
            double best = Math.Abs(fa) < Math.Abs(fb) ? a : b;
            double limit = 2e-16 * Math.Abs(best) / Math.Abs(b - c);
            if (limit > 0.5 || fa == 0 || fb == 0 || a == b)
                return fa == 0 ? a : fb == 0 ? b : best;
            double xi = (a - b) / (c - b), phi = (fa - fb) / (fc - fb);
            share = phi * phi < xi && (1 - phi) * (1 - phi) < 1 - xi
                ? fa / (fb - fa) * fc / (fb - fc) + (c - a) / (b - a) * fa / (fc - fa) * fb / (fc - fb)
                : 0.5;
            share = double.IsNaN(share) ? 0.5 : Math.Clamp(share, Math.Min(limit, 0.5), Math.Max(1 - limit, 0.5));
        }
        return a;
    }
}
