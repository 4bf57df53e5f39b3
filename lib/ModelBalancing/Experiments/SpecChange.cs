// A setting to try: some members of a spec and their values.
using System.Globalization;

namespace ModelBalancing.Experiments;

/// <summary>Members of a spec and what they become, as <c>--set</c> takes them: dotted name → JSON or plain text.</summary>
/// <param name="Members">The members; empty changes nothing.</param>
public sealed record SpecChange(IReadOnlyDictionary<string, string> Members)
{
    /// <summary>No change.</summary>
    public static SpecChange None { get; } = new(new Dictionary<string, string>());

    /// <summary>Another learning rate.</summary>
    public static SpecChange LearningRate(double rate) => new(new Dictionary<string, string> { ["learningRate"] = rate.ToString("r", CultureInfo.InvariantCulture) });

    /// <summary>The spec with the change made.</summary>
    /// <exception cref="RunException">There is no such member, or the value does not fit it.</exception>
    public RunSpec Of(RunSpec spec) => Members.Aggregate(spec, (changed, member) => changed.Set(member.Key, member.Value));

    /// <summary>One line to show, such as "learningRate 0.01, balancing.schedule.sBelow 1".</summary>
    public override string ToString() => Members.Count == 0 ? "as given" : string.Join(", ", Members.Select(member => $"{member.Key} {member.Value}"));
}
