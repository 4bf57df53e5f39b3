// How large a notebook computes: minutes on two cores, hours, or the published setting.

namespace ModelBalancing;

/// <summary>The size of an experiment in a notebook.</summary>
public enum Profile
{
    /// <summary>Minutes on two cores; the default.</summary>
    Quick,

    /// <summary>Hours on a workstation.</summary>
    Standard,

    /// <summary>The published setting; wants a GPU.</summary>
    Paper,
}

/// <summary>Reads the profile and picks by it.</summary>
public static class Profiles
{
    /// <summary>The environment variable that sets the profile: quick, standard or paper.</summary>
    public const string Variable = "WORKBOOK_PROFILE";

    /// <summary>The profile of this process: <see cref="Variable"/>, default <see cref="Profile.Quick"/>.</summary>
    /// <exception cref="ArgumentException">The variable holds another word.</exception>
    public static Profile Current => Parse(Environment.GetEnvironmentVariable(Variable));

    /// <summary>Parses a profile's name; null or empty is quick.</summary>
    /// <exception cref="ArgumentException">The word is none of quick, standard, paper.</exception>
    public static Profile Parse(string? name) => name switch
    {
        null or "" => Profile.Quick,
        _ when Enum.TryParse<Profile>(name, ignoreCase: true, out var profile) && Enum.IsDefined(profile) && !char.IsDigit(name[0]) => profile,
        _ => throw new ArgumentException($"the profile is '{name}', but it must be quick, standard or paper ({Variable} or --profile)."),
    };

    /// <summary>The value that belongs to a profile.</summary>
    public static T Choose<T>(this Profile profile, T quick, T standard, T paper) => profile switch
    {
        Profile.Quick => quick,
        Profile.Standard => standard,
        _ => paper,
    };
}
