// The incomplete beta function behind the t, F and correlation tests, precise where MathNet's logarithm of 1 − x is not: at many degrees of freedom.
using MathNet.Numerics;

namespace ModelBalancing.Statistics;

internal static class IncompleteBeta
{
    private const int MostTerms = 100_000;

    /// <summary>I_x(a, b), with y = 1 − x given apart so that neither loses digits.</summary>
    public static double Regularized(double a, double b, double x, double y)
    {
        if (double.IsNaN(x) || double.IsNaN(y))
            return double.NaN;
        if (x <= 0)
            return 0;
        if (y <= 0)
            return 1;
        return x > (a + 1) / (a + b + 2) ? 1 - Direct(b, a, y, x) : Direct(a, b, x, y);
    }

    /// <summary>ln Γ(a + b) − ln Γ(a), without the cancellation of two large numbers.</summary>
    public static double LogGammaRatio(double a, double b)
    {
        if (a < 20)
            return SpecialFunctions.GammaLn(a + b) - SpecialFunctions.GammaLn(a);
        // Stirling's series of both, subtracted by hand.
        return (a - 0.5) * Elementary.LogOnePlus(b / a) + b * Math.Log(a + b) - b + Remainder(a + b) - Remainder(a);
        static double Remainder(double z) => (1.0 / 12 - (1.0 / 360 - (1.0 / 1260 - (1.0 / 1680 - 1.0 / 1188 / (z * z)) / (z * z)) / (z * z)) / (z * z)) / z;
    }

    /// <summary>x^a y^b / (a B(a, b)) times the continued fraction (Abramowitz and Stegun 26.5.8), by the modified Lentz method.</summary>
    private static double Direct(double a, double b, double x, double y)
    {
        double logX = x < 0.5 ? Math.Log(x) : Elementary.LogOnePlus(-y), logY = y < 0.5 ? Math.Log(y) : Elementary.LogOnePlus(-x);
        double inverseBeta = a >= b ? LogGammaRatio(a, b) - SpecialFunctions.GammaLn(b) : LogGammaRatio(b, a) - SpecialFunctions.GammaLn(a);
        double front = Math.Exp(a * logX + b * logY + inverseBeta) / a;
        const double tiny = 1e-300;
        double c = 1, d = 1 - (a + b) * x / (a + 1);
        d = 1 / (Math.Abs(d) < tiny ? tiny : d);
        double fraction = d;
        for (int m = 1; m <= MostTerms; m++)
        {
            double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
            d = 1 + even * d;
            c = 1 + even / c;
            d = 1 / (Math.Abs(d) < tiny ? tiny : d);
            c = Math.Abs(c) < tiny ? tiny : c;
            fraction *= d * c;
            double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
            d = 1 + odd * d;
            c = 1 + odd / c;
            d = 1 / (Math.Abs(d) < tiny ? tiny : d);
            c = Math.Abs(c) < tiny ? tiny : c;
            double factor = d * c;
            fraction *= factor;
            if (Math.Abs(factor - 1) < 1e-16)
                break;
        }
        return front * fraction;
    }
}
