// Errors name the cell and the line.
using Workbook.Notebooks.Sessions;

namespace Workbook.Notebooks.Tests.Sessions;

public sealed class SessionErrorTests : IDisposable
{
    private readonly TestSession session = new();

    public void Dispose() => session.Dispose();

    [Fact]
    public async Task An_exception_names_cell_and_line()
    {
        Recorder seen = await session.Try("var a = 1;\n\nthrow new InvalidOperationException(\"broken\");");
        Assert.Equal("cell 1, line 3: broken", seen.Failure!.Message);
        Assert.Equal("System.InvalidOperationException", seen.Failure.Name);
        Assert.Equal(3, seen.Failure.Line);
    }

    [Fact]
    public async Task The_stack_shows_frames_of_cells_only()
    {
        await session.Run("int Inner(int[] v)\n{\n    return v.Select(x => v[x]).Sum();\n}");
        Recorder seen = await session.Try("int Outer() =>\n    Inner(new[] { 5 });\n\nOuter();");
        Assert.Equal("cell 2, line 2: Index was outside the bounds of the array. (thrown in lambda, cell 1, line 3)", seen.Failure!.Message);
        Assert.Equal(2, seen.Failure.Line);
        Assert.Equal(
            ["cell 2, line 2: Index was outside the bounds of the array. (thrown in lambda, cell 1, line 3) (IndexOutOfRangeException)", "  at lambda, cell 1, line 3", "  at Inner, cell 1, line 3", "  at Outer, cell 2, line 2", "  at cell 2, line 4"],
            seen.Failure.Traceback);
    }

    [Fact]
    public async Task An_exception_after_an_await_names_its_line()
    {
        Recorder seen = await session.Try("await Task.Delay(1);\nvar x = await Task.FromResult(1);\nasync Task Fail()\n{\n    await Task.Yield();\n    throw new Exception(\"late\");\n}\nawait Fail();");
        Assert.Equal("cell 1, line 6: late", seen.Failure!.Message);
        Assert.Contains("  at cell 1, line 8", seen.Failure.Traceback);
    }

    [Fact]
    public async Task A_wrapped_exception_is_shown_bare_and_a_cause_is_named()
    {
        Recorder bare = await session.Try("Task.Run(() => { throw new Exception(\"inside\"); }).Wait();");
        Assert.Equal("cell 1, line 1: inside", bare.Failure!.Message);
        Recorder caused = await session.Try("try { int.Parse(\"x\"); }\ncatch (Exception e) { throw new Exception(\"outer\", e); }");
        Assert.Equal("cell 2, line 2: outer", caused.Failure!.Message);
        Assert.Contains(caused.Failure.Traceback, line => line.Contains("caused by FormatException", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_compile_error_names_cell_line_and_place()
    {
        Recorder seen = await session.Try("var a = 1;\nawait Task.Delay(1); var b = a + missing;");
        Assert.Equal("cell 1, line 2: The name 'missing' does not exist in the current context (CS0103)", seen.Failure!.Message);
        Assert.Equal("    await Task.Delay(1); var b = a + missing;", seen.Failure.Traceback[1]);
        Assert.Equal("                                     ^^^^^^^", seen.Failure.Traceback[2]);
        Assert.Equal(CellStatus.Failed, session.Last.Status);
    }

    [Fact]
    public async Task Every_compile_error_is_listed()
    {
        Recorder seen = await session.Try("int a = \"x\";\nint b = \"y\";");
        Assert.Equal(2, seen.Failure!.Traceback.Count(line => line.StartsWith("cell 1, line", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_failing_formatter_or_getter_does_not_hide_the_rest()
    {
        Recorder seen = await session.Run("class Bad { public int Good => 1; public int Broken => throw new Exception(\"no\"); }\nnew Bad()");
        Assert.Contains("<no>", seen.Plain);
        Assert.Contains("Good: 1", seen.Plain);
    }
}
