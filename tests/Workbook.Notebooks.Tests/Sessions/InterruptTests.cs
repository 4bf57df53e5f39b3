// Every cell can be stopped, and what it had computed stays.
using System.Runtime.InteropServices;
using Workbook.Notebooks.Sessions;

namespace Workbook.Notebooks.Tests.Sessions;

public sealed class InterruptTests : IDisposable
{
    private readonly TestSession session = new();

    public void Dispose() => session.Dispose();

    [Theory]
    [InlineData("while (true) { }")]
    [InlineData("System.Threading.Thread.Sleep(60_000);")]
    [InlineData("await Task.Delay(60_000);")]
    [InlineData("while (true) await Task.Delay(10);")]
    [InlineData("await Task.Yield(); await Task.Delay(1); while (true) { }")]
    [InlineData("Task.Delay(60_000).Wait();")]
    [InlineData("new System.Threading.ManualResetEventSlim().Wait();")]
    [InlineData("try { while (true) { } } catch (Exception) { }")]
    [InlineData("while (true) Console.Write('x');")]
    [InlineData("await foreach (var i in Endless()) { }\nasync IAsyncEnumerable<int> Endless() { while (true) { await Task.Delay(5); yield return 1; } }")]
    public async Task An_interrupt_ends_the_cell_within_a_second_and_keeps_state(string code)
    {
        await session.Run("var a = 1;");
        var (seen, took) = await session.Interrupt("a = 2; var b = 3; Console.WriteLine(\"ready\");\n" + code);
        Assert.Equal(CellStatus.Interrupted, session.Last.Status);
        Assert.Contains("interrupted", seen.Failure!.Message);
        Assert.True(took < TimeSpan.FromSeconds(1), $"took {took.TotalSeconds:0.00} s");
        Assert.Equal("2 3", (await session.Run("$\"{a} {b}\"")).Plain);
        await session.Run("await Task.Delay(1); System.Threading.Thread.Sleep(1);");
    }

    [Fact]
    public async Task Tight_loops_can_be_interrupted_again_and_again()
    {
        await session.Run("var n = 0L;");
        for (int round = 0; round < 3; round++)
        {
            var (_, took) = await session.Interrupt("Console.WriteLine(\"ready\");\nwhile (true) { n++; }");
            Assert.Equal(CellStatus.Interrupted, session.Last.Status);
            Assert.True(took < TimeSpan.FromSeconds(1), $"round {round} took {took.TotalSeconds:0.00} s");
        }
        // The garbage collector, too, can stop a loop on this thread.
        var collected = Task.Run(async () =>
        {
            await Task.Delay(100, TestContext.Current.CancellationToken);
            GC.Collect();
        }, TestContext.Current.CancellationToken);
        await session.Run("var until = DateTime.UtcNow.AddSeconds(0.3).Ticks; while (Environment.TickCount64 >= 0 && DateTime.UtcNow.Ticks < until) { }");
        await collected;
    }

    [Fact]
    public async Task A_loop_that_holds_the_token_gets_the_time_to_end_its_step()
    {
        await session.Run("using Microsoft.DotNet.Interactive; using System.Threading;");
        var (seen, took) = await session.Interrupt("""
            var token = KernelInvocationContext.Current.CancellationToken;
            var steps = 0;
            Console.WriteLine("ready");
            while (!token.IsCancellationRequested) { var until = DateTime.UtcNow.AddSeconds(1.2); while (DateTime.UtcNow < until) { } steps++; }
            Console.WriteLine("ended in order");
            """);
        Assert.Equal(CellStatus.Succeeded, session.Last.Status);
        Assert.Contains("ended in order", seen.Out);
        Assert.Contains("stopping cell 2", seen.ErrorText);
        Assert.True(took < TimeSpan.FromSeconds(3));
    }

    [Fact]
    public async Task A_finally_block_runs_to_its_end_with_its_awaits()
    {
        var (seen, _) = await session.Interrupt("Console.WriteLine(\"ready\"); try { await Task.Delay(60_000); } finally { await Task.Delay(20); Console.WriteLine(\"saved\"); }");
        Assert.Equal(CellStatus.Interrupted, session.Last.Status);
        Assert.Contains("saved", seen.Out);
    }

    [Fact]
    public async Task A_cell_in_native_code_is_given_up_and_blocks_later_cells_until_it_has_ended()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "waits in the C library of Linux");
        nint mutex = Marshal.AllocHGlobal(128);
        Marshal.Copy(new byte[128], 0, mutex, 128);
        await session.Run("static class Native { [System.Runtime.InteropServices.DllImport(\"libc\")] public static extern int pthread_mutex_lock(nint mutex); }\nvar a = 1;");
        var (seen, _) = await session.Interrupt($"var m = (nint){mutex}; Native.pthread_mutex_lock(m); Console.WriteLine(\"ready\"); a = 2; Native.pthread_mutex_lock(m);");
        Assert.Equal(CellStatus.Abandoned, session.Last.Status);
        Assert.Contains("still runs", seen.Failure!.Message);
        Recorder refused = await session.Try("1");
        Assert.Equal(CellStatus.Failed, session.Last.Status);
        Assert.Contains("interrupted cell 2 still runs", refused.Failure!.Message);
        pthread_mutex_unlock(mutex);
        while (session.Session.IsBusy)
            await Task.Delay(20, TestContext.Current.CancellationToken);
        Assert.Equal("2", (await session.Run("a")).Plain);
    }

    [Fact]
    public async Task Cancelling_a_waiting_cell_leaves_the_running_one_alone()
    {
        using var cancel = new CancellationTokenSource();
        var (first, second) = (new Recorder(), new Recorder());
        Task<CellResult> running = session.Session.ExecuteAsync("System.Threading.Thread.Sleep(900); Console.Write(\"done\");", 1, first, TestContext.Current.CancellationToken);
        Task<CellResult> waiting = session.Session.ExecuteAsync("Console.Write(\"never\");", 2, second, cancel.Token);
        await cancel.CancelAsync();
        Assert.Equal(CellStatus.Succeeded, (await running).Status);
        Assert.Equal(CellStatus.Interrupted, (await waiting).Status);
        Assert.Equal(("done", ""), (first.Out, second.Out));
        Assert.Equal("cell 2: interrupted before it ran.", second.Failure!.Message);
    }

    [Fact]
    public async Task An_interrupt_between_cells_does_nothing()
    {
        await session.Run("var a = 1;");
        session.Session.Interrupt();
        Assert.Equal("1", (await session.Run("await Task.Delay(1); System.Threading.Thread.Sleep(1); a")).Plain);
    }

    [DllImport("libc")]
    private static extern int pthread_mutex_unlock(nint mutex);
}
