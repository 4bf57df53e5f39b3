// The report tells what the runs' files hold: reported seeds, tests, floors, failures, commands.
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ModelBalancing.Experiments;
using ModelBalancing.Experiments.Reports;
using ModelBalancing.Figures;

namespace ModelBalancing.Tests.Experiments;

public sealed class ReportTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("report").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public void Pairs_are_tested_on_reported_seeds_only()
    {
        // Seed 101 chose among two rates; seeds 1 to 3 are reported.
        double[] baseline = [0.50, 0.54, 0.58], balanced = [0.47, 0.50, 0.57];
        for (int i = 0; i < 3; i++)
        {
            Add(i + 1, null, baseline[i]);
            Add(i + 1, "None", balanced[i]);
        }
        foreach (var (rate, error) in new[] { (0.01, 0.4), (0.02, 0.9) })
        {
            Add(101, null, 9, rate, error);
            Add(101, "None", 9, rate, error);
        }
        var expected = PairedSummary.Of(baseline, balanced);

        string text = Report(out var counts);

        Assert.Equal(new RunReportCounts(10, 0, 0, 0), counts);
        Assert.Contains($"TempBalance changes nRMSE by {Quantities.Number(expected.MeanDifference, 3)} (4.9 % lower", text);
        Assert.Contains($"p = {Quantities.Number(expected.TProbability, 2)} after Holm", text);
        Assert.Contains("3 pairs", text);
        Assert.Contains("Learning rates that were tried", text);
        Assert.Contains("No controls were run", text);
    }

    [Fact]
    public void A_seed_that_chose_is_named_equal_differences_have_no_interval_and_layers_with_dots_have_a_spread()
    {
        foreach (int seed in new[] { 1, 2, 3 })
        {
            Add(seed, null, 0.5);
            Add(seed, "None", 0.5);
        }
        Add(1, null, 0.4, rate: 0.02);

        string text = Regex.Replace(Report(out _), "<[^>]+>", " ");

        Assert.Contains("baseline, n = 16: seed 1 ran at several learning rates, so it counts as one that chose among them and is not reported.", text);
        Assert.Contains("2 pairs); no test is possible, as all differences are equal.", text);
        Assert.DoesNotMatch(@"0\s+to\s+0", text);
        Assert.Matches(@"(?s)Spread of α over the layers.{0,300}?baseline\s+0\.25", text); // 2.5 and 3
    }

    [Fact]
    public void A_run_that_does_not_beat_a_floor_is_said_to()
    {
        Add(1, null, 0.61); // the floor is 0.6
        Add(2, null, 0.59);

        Assert.Contains("n = 16: 1 of 2 runs are no better than persistence.", Report(out _));
    }

    [Fact]
    public void Failures_count_and_no_mean_is_taken_over_them()
    {
        Add(1, null, 0.5);
        Add(1, "None", 0.4);
        Add(2, null, 0.5);
        Add(2, "None", null);
        Write("fno1d-broken", "spec.json", Spec(3, null, 0.01));
        Write("fno1d-broken", "failure.json", new JsonObject { ["message"] = "The <data> file ended early.", ["step"] = 7, ["attempts"] = 2 });
        Write("fno1d-begun", "spec.json", Spec(4, null, 0.01));

        string text = Report(out var counts);

        Assert.Equal(new RunReportCounts(3, 1, 1, 1), counts);
        Assert.Contains("1 of 2 pairs have a run without a value, so no means are compared.", text);
        Assert.Contains("The &lt;data&gt; file ended early. (after step 7, attempt 2)", text);
        Assert.Contains("begun and not finished", text);
    }

    [Fact]
    public void Controls_are_compared_with_the_balancing()
    {
        foreach (int seed in new[] { 1, 2, 3 })
        {
            Add(seed, null, 0.5 + 0.01 * seed);
            Add(seed, "None", 0.4 + 0.013 * seed);
            Add(seed, "Shuffled", 0.45 + 0.011 * seed);
        }

        string text = Report(out _);

        Assert.Contains("TempBalance, control Shuffled", text);
        Assert.Contains("Against the controls", text);
        Assert.Contains("p, Holm", text);
    }

    [Fact]
    public void Variants_are_groups_of_their_own()
    {
        foreach (int seed in new[] { 1, 2, 3 })
        {
            Add(seed, null, 0.5 + 0.01 * seed);
            Add(seed, "None", 0.4 + 0.013 * seed);
            Add(seed, null, 0.7 + 0.01 * seed, fidelity: "Released");
        }

        string text = Report(out _);

        Assert.Contains("There are 2 groups of runs that may be compared within: A: fidelity Corrected; B: fidelity Released.", text);
        Assert.Contains("A, n = 16: TempBalance changes nRMSE", text);
        Assert.Contains("3 runs are of other variants (Released: 3)", text);
    }

    [Fact]
    public void The_page_says_how_it_is_made_again()
    {
        Add(1, null, 0.5);

        string text = Report(out _);

        Assert.Contains("./workbook report --runs here", text);
        Assert.Matches("--threads 1", text);
        Assert.Contains("system 1.13.0", text);
    }

    [Fact]
    public void A_folder_without_runs_is_refused()
    {
        Assert.Contains("holds no run", Assert.Throws<RunException>(() => RunReport.Write(root, Path.Combine(root, "page.html"), "")).Message);
        Assert.Contains("no folder of runs", Assert.Throws<RunException>(() => RunReport.Write(Path.Combine(root, "none"), Path.Combine(root, "page.html"), "")).Message);
    }

    private string Report(out RunReportCounts counts)
    {
        string page = Path.Combine(root, "report.html");
        counts = RunReport.Write(root, page, "./workbook report --runs here");
        // Without plotly.js and the figures' data, which repeat captions.
        return Regex.Replace(File.ReadAllText(page), "<script.*?</script>", "", RegexOptions.Singleline);
    }

    private static JsonObject Spec(int seed, string? control, double rate)
    {
        var spec = new JsonObject
        {
            ["kind"] = "fno1d", ["data"] = new JsonObject { ["path"] = "/elsewhere/waves.hdf5" }, ["rows"] = 16, ["epochs"] = 4, ["learningRate"] = rate,
            ["seeds"] = new JsonObject { ["subset"] = seed, ["weights"] = seed, ["order"] = seed },
        };
        if (control is not null)
            spec["balancing"] = new JsonObject { ["schedule"] = new JsonObject { ["curve"] = "sigmoid", ["sBelow"] = 0.5, ["sAbove"] = 0.5, ["tau"] = 10 }, ["control"] = control };
        return spec;
    }

    private void Add(int seed, string? control, double? error, double rate = 0.01, double selection = 0.5, string? fidelity = null)
    {
        string name = $"fno1d-{control ?? "base"}{fidelity}-{seed}-{rate}";
        var spec = Spec(seed, control, rate);
        if (fidelity is not null)
            spec["fidelity"] = fidelity;
        Write(name, "spec.json", spec);
        Write(name, "environment.json", new JsonObject { ["threads"] = 1, ["identity"] = new JsonObject { ["engine"] = "system 1.13.0", ["threads"] = 1, ["science"] = 1 } });
        Write(name, "times.json", new JsonObject { ["seconds"] = 2.5, ["sessions"] = 1 });
        File.WriteAllText(Path.Combine(root, name, "metrics.jsonl"), "{\"epoch\":0,\"loss\":2}\n{\"epoch\":1,\"loss\":1,\"selection\":0.6}\n{\"epoch\":2,\"loss\":1,\"selection\":0.5}\n");
        Write(name, "result.json", new JsonObject
        {
            ["result"] = new JsonObject
            {
                ["diverged"] = error is null, ["steps"] = 3, ["selectionError"] = selection, ["test"] = error is null ? null : new JsonObject { ["nRMSE"] = error },
                ["floors"] = new JsonObject { ["persistence"] = new JsonObject { ["nRMSE"] = 0.6 } },
                ["alphaStart"] = new JsonObject { ["fc0"] = 2.5, ["blocks.0.w"] = 3 }, ["alphaEnd"] = new JsonObject { ["fc0"] = 2.6, ["blocks.0.w"] = 2.7 },
            },
        });
    }

    private void Write(string name, string file, JsonObject content)
    {
        Directory.CreateDirectory(Path.Combine(root, name));
        File.WriteAllText(Path.Combine(root, name, file), content.ToJsonString());
    }
}
