// failure.json: what a run died of, so that a failed run is counted as one and not silently tried for ever.
using System.Globalization;
using System.Text.Json.Nodes;
using ModelBalancing.Checkpoints;

namespace ModelBalancing.Experiments;

/// <summary>The last error of a run that is not finished.</summary>
/// <param name="Message">The error's message.</param>
/// <param name="Type">Its .NET type.</param>
/// <param name="Step">Steps done when it came.</param>
/// <param name="Attempts">How many attempts have ended in an error.</param>
/// <param name="At">When it came.</param>
public sealed record RunFailure(string Message, string Type, int Step, int Attempts, DateTimeOffset At)
{
    /// <summary>The failure noted in a run's folder; null if there is none.</summary>
    /// <param name="folder">The run's folder.</param>
    public static RunFailure? Read(string folder)
    {
        if (JsonFile.Read(Path.Combine(folder, RunFiles.Failure)) is not { } noted)
            return null;
        string Text(string name) => (string?)noted[name] ?? "";
        int Count(string name) => noted[name]?.GetValue<int>() ?? 0;
        return new(Text("message"), Text("type"), Count("step"), Count("attempts"),
            DateTimeOffset.TryParse(Text("at"), CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var at) ? at : DateTimeOffset.MinValue);
    }

    /// <summary>Notes an error, by the lock's holder only.</summary>
    /// <returns>Always true, for use as an exception filter.</returns>
    internal static bool Note(string folder, Exception failure, int step, bool held)
    {
        if (!held)
            return true;
        try
        {
            JsonFile.Write(Path.Combine(folder, RunFiles.Failure), new JsonObject
            {
                ["message"] = failure.Message,
                ["type"] = failure.GetType().FullName,
                ["step"] = step,
                ["attempts"] = (Read(folder)?.Attempts ?? 0) + 1,
                ["at"] = DateTimeOffset.UtcNow.ToString("o", CultureInfo.InvariantCulture),
            });
        }
        catch (CheckpointException unwritable)
        {
            failure.Data["not noted"] = unwritable.Message; // the disk that failed the run fails the note too; the error itself is thrown on
        }
        return true;
    }
}
