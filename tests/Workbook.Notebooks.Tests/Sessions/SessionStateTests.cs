// What cells see of each other, and what a cell shows.
using Workbook.Notebooks.Sessions;

namespace Workbook.Notebooks.Tests.Sessions;

public sealed class SessionStateTests : IDisposable
{
    private readonly TestSession session = new();

    public void Dispose() => session.Dispose();

    [Fact]
    public async Task A_later_cell_sees_variables_types_and_methods_of_earlier_ones()
    {
        await session.Run("var a = 20; record Point(int X, int Y); int Twice(int v) => v * 2;");
        Recorder seen = await session.Run("new Point(Twice(a), a + 2)");
        Assert.Equal("Point { X = 40, Y = 22 }", seen.Plain);
    }

    [Fact]
    public async Task A_redefinition_replaces_the_earlier_one()
    {
        await session.Run("var a = 1; class C { public int V => 1; }");
        await session.Run("var a = \"text\"; class C { public string V => \"two\"; }");
        Assert.Equal("text two", (await session.Run("a + \" \" + new C().V")).Plain);
    }

    [Fact]
    public async Task Usings_stay_for_later_cells()
    {
        await session.Run("using System.Globalization;");
        Assert.Equal("1.5", (await session.Run("1.5.ToString(CultureInfo.InvariantCulture)")).Plain);
    }

    [Fact]
    public async Task Only_an_expression_without_semicolon_is_a_result()
    {
        Assert.Null((await session.Run("var a = 1; a += 0;")).Value);
        Assert.Equal("2", (await session.Run("a + 1")).Plain);
        Assert.Equal("<null>", (await session.Run("(string)null")).Plain);
        Assert.Null((await session.Run("void F() { } F()")).Value);
        Assert.Equal("7", (await session.Run("return 7;")).Plain);
    }

    [Fact]
    public async Task The_language_is_CSharp_14()
    {
        await session.Run("class Box { public int V { get => field; set => field = value + 1; } }");
        Assert.Equal("6", (await session.Run("var b = new Box(); Box? n = b; n?.V = 5; b.V")).Plain);
    }

    [Fact]
    public async Task Awaits_at_top_level_stay_on_the_session_thread()
    {
        Recorder seen = await session.Run("""
            var before = Environment.CurrentManagedThreadId;
            await Task.Delay(5);
            var x = await Task.Run(() => 42);
            await foreach (var i in Numbers()) x += i;
            async IAsyncEnumerable<int> Numbers() { yield return 1; await Task.Delay(1); yield return 2; }
            $"{before == Environment.CurrentManagedThreadId} {x}"
            """);
        Assert.Equal("True 45", seen.Plain);
    }

    [Fact]
    public async Task Waiting_for_a_task_of_an_earlier_cell_does_not_deadlock()
    {
        await session.Run("async Task<int> Slow() { await Task.Delay(20); return 5; }");
        Assert.Equal("10", (await session.Run("Slow().Result + await Slow()")).Plain);
        Assert.Equal("15", (await session.Run("await Task.FromResult(await Slow() + await Slow()) + Slow().GetAwaiter().GetResult()")).Plain);
    }

    [Fact]
    public async Task Awaits_of_other_awaitables_work()
    {
        await session.Run("await Task.Yield(); await Task.Delay(1).ConfigureAwait(false); await new ValueTask(Task.Delay(1));");
        Assert.Equal("3", (await session.Run("await new ValueTask<int>(3)")).Plain);
        await session.Run("await foreach (var i in System.Threading.Channels.Channel.CreateBounded<int>(1) is var c && c.Writer.TryWrite(1) && c.Writer.TryComplete() ? c.Reader.ReadAllAsync() : null) Console.Write(i);");
    }

    [Fact]
    public async Task Values_kept_per_thread_survive_from_cell_to_cell()
    {
        await session.Run("class Slot { [ThreadStatic] public static int V; }\nSlot.V = 9; await Task.Delay(5);");
        Assert.Equal("9", (await session.Run("Slot.V")).Plain);
    }

    [Fact]
    public async Task A_failed_cell_keeps_the_values_it_had_assigned()
    {
        await session.Try("var a = 1; throw new Exception(\"first\");");
        Assert.Equal(CellStatus.Failed, session.Last.Status);
        await session.Try("a = 2; var b = 3; await Task.Delay(1); throw new Exception(\"second\");");
        Assert.Equal("2 3", (await session.Run("$\"{a} {b}\"")).Plain);
    }

    [Fact]
    public async Task A_cell_that_does_not_compile_changes_nothing()
    {
        await session.Run("var a = 1;");
        await session.Try("a = 5; undefined();");
        Assert.Equal("1", (await session.Run("a")).Plain);
    }

    [Fact]
    public async Task Console_output_belongs_to_the_cell_in_order()
    {
        Recorder seen = await session.Run("Console.Write(1); Console.WriteLine(\"a\"); Console.Out.Write('b'); await Task.Run(() => Console.WriteLine(\"task\")); Console.Error.Write(\"e\");");
        Assert.Equal("1a\nbtask\n", seen.Out);
        Assert.Equal("e", seen.ErrorText);
    }

    [Fact]
    public async Task Deep_recursion_fits_the_session_stack()
    {
        Assert.Equal("200000", (await session.Run("int Deep(int n) => n == 0 ? 0 : 1 + Deep(n - 1); Deep(200_000)")).Plain);
    }

    [Fact]
    public async Task Unsafe_code_and_pragmas_are_allowed()
    {
        Assert.Equal("7", (await session.Run("#nullable enable\n#pragma warning disable CS0219\nunsafe int First(int[] v) { fixed (int* p = v) return *p; }\nFirst(new[] { 7 })")).Plain);
    }

    [Fact]
    public async Task The_csharp_magic_is_accepted_and_another_names_its_alternative()
    {
        Assert.Equal("3", (await session.Run("#!csharp\n1 + 2")).Plain);
        Recorder seen = await session.Try("var a = 1;\n#!pwsh\na");
        Assert.StartsWith("cell 2, line 2: The magic command #!pwsh is not part of this C# kernel: start the program with", seen.Failure!.Message);
        Assert.Equal("#!time\n", (await session.Run("\"\"\"\n#!time\n\n\"\"\"")).Plain);
    }

    [Fact]
    public async Task Asking_for_input_without_a_user_is_a_clear_error()
    {
        Recorder seen = await session.Try("var name = await GetInputAsync(\"name?\");");
        Assert.Contains("asks for input, but the notebook runs without a user", seen.Failure!.Message);
        Assert.Contains("line 1", (await session.Try("Console.ReadLine();")).Failure!.Message);
    }

    [Fact]
    public async Task Cells_run_in_the_order_they_were_asked_for()
    {
        var seen = new Recorder();
        Task<CellResult>[] all = [.. Enumerable.Range(0, 5).Select(i => session.Session.ExecuteAsync($"await Task.Delay({20 - 4 * i}); Console.Write({i});", i + 1, seen, TestContext.Current.CancellationToken))];
        await Task.WhenAll(all);
        Assert.Equal("01234", seen.Out);
    }

    [Fact]
    public async Task Memory_grows_little_from_cell_to_cell()
    {
        for (int warm = 0; warm < 5; warm++)
            await session.Run($"var w{warm} = Enumerable.Range(0, 10).Sum();");
        long before = GC.GetTotalMemory(forceFullCollection: true);
        for (int cell = 0; cell < 30; cell++)
            await session.Run($"var x{cell} = {cell}; int F{cell}(int a) => a + x{cell}; F{cell}(1)");
        double grown = (GC.GetTotalMemory(forceFullCollection: true) - before) / 1e6;
        TestContext.Current.SendDiagnosticMessage($"30 cells: {grown:0.0} MB");
        Assert.True(grown < 60, $"30 cells kept {grown:0} MB");
    }
}
