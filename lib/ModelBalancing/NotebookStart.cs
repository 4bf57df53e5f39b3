// What every notebook's first cell does: say what runs here, and warn where the build is older than the sources.

namespace ModelBalancing;

/// <summary>The opening of a notebook.</summary>
public static class NotebookStart
{
    /// <summary>Prints engine, profile and a warning where one is due; returns the profile.</summary>
    public static Profile Open()
    {
        var profile = Profiles.Current;
        Console.WriteLine($"engine {Engine.Name} (libtorch {Engine.TorchVersion}), profile {profile.ToString().ToLowerInvariant()}");
        foreach (var finding in Doctor.Examine().Where(finding => !finding.Ok))
            Console.WriteLine($"{finding.What}: {finding.Found}. {finding.Remedy}");
        return profile;
    }
}
