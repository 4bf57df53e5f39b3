// Which side a test looks at, and the one rule that turns tails into a p-value.
namespace ModelBalancing.Statistics;

/// <summary>What a test holds against "no difference".</summary>
public enum Alternative
{
    /// <summary>There is a difference, in either direction.</summary>
    TwoSided,

    /// <summary>The first sample is the smaller one.</summary>
    Less,

    /// <summary>The first sample is the larger one.</summary>
    Greater,
}

/// <summary>Names of alternatives and the p-value of a pair of tails.</summary>
public static class Alternatives
{
    /// <summary>The name on command lines and in JSON: two-sided, less, greater.</summary>
    public static string Name(this Alternative alternative) => alternative switch
    {
        Alternative.Less => "less",
        Alternative.Greater => "greater",
        _ => "two-sided",
    };

    /// <summary>The alternative of a name.</summary>
    /// <exception cref="ArgumentException">The name is none of the three.</exception>
    public static Alternative Parse(string name) => name switch
    {
        "two-sided" => Alternative.TwoSided,
        "less" => Alternative.Less,
        "greater" => Alternative.Greater,
        _ => throw new ArgumentException($"alternative: expected two-sided, less or greater, got '{name}'.", nameof(name)),
    };

    /// <summary>The p-value of a statistic whose tails are known; two-sided is twice the smaller tail, at most 1.</summary>
    /// <param name="alternative">The side.</param>
    /// <param name="lower">Probability of a value at most as large as the observed one.</param>
    /// <param name="upper">Probability of a value at least as large.</param>
    internal static double Probability(this Alternative alternative, double lower, double upper) => alternative switch
    {
        Alternative.Less => lower,
        Alternative.Greater => upper,
        _ => double.IsNaN(lower) || double.IsNaN(upper) ? double.NaN : Math.Min(1, 2 * Math.Min(lower, upper)),
    };
}
