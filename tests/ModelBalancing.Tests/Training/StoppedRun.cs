// A run that is stopped at a step and goes on, beside one that is not: what every kind of run is tested by.
using ModelBalancing.Experiments;

namespace ModelBalancing.Tests.Training;

/// <summary>Cancels at a step.</summary>
/// <param name="step">The step after which it cancels.</param>
/// <param name="source">What is cancelled.</param>
internal sealed class StopAt(int step, CancellationTokenSource source) : IProgress<RunProgress>
{
    public void Report(RunProgress value)
    {
        if (value.Step == step)
            source.Cancel();
    }
}

/// <summary>Compares a stopped run with an undisturbed one.</summary>
internal static class StoppedRun
{
    /// <summary>Asserts that the result and some files are the same to the last byte.</summary>
    /// <param name="spec">The run.</param>
    /// <param name="folder">Folder for the two stores.</param>
    /// <param name="step">The step after which the run is stopped.</param>
    /// <param name="files">Files of the run's folder.</param>
    /// <returns>The run that was not stopped.</returns>
    public static async Task<RunOutcome> AssertSameAsync(RunSpec spec, string folder, int step, params IEnumerable<string> files)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var whole = await RunExecutor.RunAsync(spec, new RunStore(Path.Combine(folder, "whole")), cancellation: cancellation);
        using var stop = new CancellationTokenSource();
        var store = new RunStore(Path.Combine(folder, "stopped"));
        await Assert.ThrowsAsync<RunInterruptedException>(() => RunExecutor.RunAsync(spec, store, new StopAt(step, stop), stop.Token));
        var resumed = await RunExecutor.RunAsync(spec, store, cancellation: cancellation);
        Assert.Equal(whole.Result.ToJsonString(), resumed.Result.ToJsonString());
        foreach (string file in files)
            Assert.Equal(File.ReadAllBytes(Path.Combine(whole.Folder, file)), File.ReadAllBytes(Path.Combine(resumed.Folder, file)));
        return whole;
    }
}
