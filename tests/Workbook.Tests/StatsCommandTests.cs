// ./workbook stats: its JSON, its table, and its answers to wrong calls and bad files.

using System.Text.Json;
using Workbook.Commands;

namespace Workbook.Tests;

public sealed class StatsCommandTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("stats-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private string Column(string name, string text)
    {
        string path = Path.Combine(folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    [Fact]
    public async Task Help_of_a_subcommand_names_its_own_arguments_only()
    {
        var (code, output, _) = await CommandCall.RunAsync(StatsCommand.Create(), ["compare", "--help"]);
        Assert.Equal(0, code);
        Assert.Contains("stats compare <A.csv> <B.csv> [options]", output);
        Assert.DoesNotContain("<RUNS>", output);
    }

    [Fact]
    public async Task Compare_prints_one_document_with_the_agreed_members()
    {
        var (code, output, _) = await Run("compare", Column("a.csv", "nRMSE\n0.50\n0.47\n0.52\n0.44\n"), Column("b.csv", "nRMSE\n0.55\n0.53\n0.55\n0.52\n"), "--paired", "--margin", "0.1", "--json");
        Assert.Equal(0, code);
        using var document = JsonDocument.Parse(output);
        var root = document.RootElement;
        Assert.Equal(["hypothesis", "quantity", "a", "b", "paired", "alternative", "confidence", "difference", "interval", "t", "correctedP", "significant", "permutation", "wilcoxon", "mannWhitney",
            "hedgesG", "cohenD", "cliffsDelta", "power", "equivalence", "assumptions", "uncertainty", "sentence"], root.EnumerateObject().Select(member => member.Name));
        // scipy.stats.ttest_rel(a, b)
        Assert.Equal(-5.2842291, root.GetProperty("t").GetProperty("statistic").GetDouble(), 1e-6);
        Assert.Equal(0.0132187, root.GetProperty("t").GetProperty("p").GetDouble(), 1e-6);
        Assert.Equal((3, 4, 0.4825), (root.GetProperty("t").GetProperty("df").GetDouble(), root.GetProperty("a").GetProperty("n").GetInt32(), root.GetProperty("a").GetProperty("mean").GetDouble()));
        Assert.Equal(0.125, root.GetProperty("permutation").GetProperty("p").GetDouble());
        Assert.Equal("nRMSE", root.GetProperty("quantity").GetString());
        Assert.Equal(JsonValueKind.Null, root.GetProperty("mannWhitney").ValueKind);
    }

    [Fact]
    public async Task Numbers_that_are_not_finite_are_words_in_json()
    {
        var (code, output, _) = await Run("compare", Column("a.csv", "1\n1\n"), Column("b.csv", "2\n2\n"), "--alternative", "less", "--json");
        Assert.Equal(0, code);
        using var document = JsonDocument.Parse(output);
        Assert.Equal("-Infinity", document.RootElement.GetProperty("t").GetProperty("statistic").GetString());
        Assert.Equal("NaN", document.RootElement.GetProperty("interval")[0].GetString());
        Assert.Equal("NaN", document.RootElement.GetProperty("power").GetProperty("smallestDetectable").GetString());
    }

    [Fact]
    public async Task Text_ends_with_the_sentence()
    {
        var (code, output, _) = await Run("compare", Column("ours.csv", "1\n2\n3\n4\n"), Column("theirs.csv", "1.5\n2.5\n3.5\n5\n6\n"));
        Assert.Equal(0, code);
        Assert.StartsWith("Hypothesis: ours and theirs differ", output);
        Assert.Contains("p, Welch's t", output);
        Assert.Contains("No difference between ours and theirs is shown", output);
    }

    [Fact]
    public async Task Bad_files_and_wrong_calls_are_answered_in_one_sentence()
    {
        string good = Column("good.csv", "1\n2\n3\n"), bad = Column("bad.csv", "1\nx\n"), single = Column("single.csv", "1\n"), missing = Column("nan.csv", "1\nNaN\n");
        foreach (var (arguments, part, expected) in new (string[], string, int)[]
        {
            (["compare", good, bad], "line 2: 'x' is not a number", 1),
            (["compare", missing, good], "line 2: 'NaN'", 1),
            (["compare", single, good], "only one number", 1),
            (["compare", good, Column("four.csv", "1\n2\n3\n4\n"), "--paired"], "holds 3 numbers and", 1),
            (["compare", good, Path.Combine(folder, "none.csv")], "There is no file", 1),
            (["compare", good, good, "--confidence", "95"], "between 0.5 and 1", 2),
            (["compare", good, good, "--margin", "-1"], "above 0", 2),
            (["compare", good, good, "--alternative", "lower"], "--alternative is 'lower', but must be one of", 2),
            ([folder], "--baseline", 2),
            ([folder, "--baseline", "balancing=null", "--treatment", "rows=3"], "neither a run", 1),
        })
        {
            var (code, output, errors) = await Run(arguments);
            Assert.Equal((expected, ""), (code, output));
            Assert.Contains(part, errors);
        }
    }

    private static Task<(int Code, string Output, string Errors)> Run(params string[] arguments) => CommandCall.RunAsync(StatsCommand.Create(), arguments);
}
