// Two elementary functions near 0; those of .NET and MathNet keep only half of the digits there.
namespace ModelBalancing.Statistics;

internal static class Elementary
{
    /// <summary>ln(1 + x): what 1 + x lost by rounding is made good by a factor (Kahan).</summary>
    public static double LogOnePlus(double x)
    {
        double sum = 1 + x;
        return sum == 1 ? x : sum == 0 ? double.NegativeInfinity : Math.Log(sum) * (x / (sum - 1));
    }

    /// <summary>eˣ − 1 = 2 sinh(x/2) e^(x/2).</summary>
    public static double ExponentialMinusOne(double x) => double.IsNegativeInfinity(x) ? -1 : 2 * Math.Sinh(x / 2) * Math.Exp(x / 2);
}
