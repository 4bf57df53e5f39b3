// Training rows that do not fit into memory are read ahead, from a compact copy where that is smaller: the run is the same to the bit.
using System.Text.Json.Nodes;
using ModelBalancing.Experiments;
using ModelBalancing.Training;

namespace ModelBalancing.Tests.Training;

public sealed class ReadingRunsTest
{
    [Theory]
    [InlineData("cfd1d.hdf5", 2, 4, """{ "model": "Fno", "modes": 2, "width": 4 }""")]
    [InlineData("cfd2d_other_order.hdf5", 2, 4, """{ "model": "Fno", "modes": 2, "width": 4 }""")]
    [InlineData("darcy.hdf5", 1, 2, """{ "model": "Fno", "modes": 2, "width": 4, "mode": { "name": "singleStep" } }""")]
    [InlineData("diffreact_lzf.h5", 2, 4, """{ "model": "Fno", "modes": 2, "width": 4 }""")]
    public void A_run_that_reads_ahead_ends_in_the_same_weights_as_one_that_holds_its_rows(string file, int given, int frames, string text)
    {
        var folder = Directory.CreateTempSubdirectory("workbook-reading-").FullName;
        try
        {
            var settings = JsonNode.Parse(text)!.AsObject();
            (settings["testRows"], settings["givenFrames"], settings["frames"], settings["raw"]) = (1, given, frames, true);
            var spec = new RunSpec
            {
                Kind = "pde", Data = new DataReference(TestData.Fixture("pdefiles/" + file)), Rows = 2, Epochs = 3, BatchSize = 1, LearningRate = 1e-3,
                Seeds = new RunSeeds(1, 2, 3), Fidelity = "Corrected", Settings = settings,
            };
            JsonObject Result(long mostHeld)
            {
                using var run = new PdeRun(spec, PdeSettings.Of(spec), mostHeld, folder);
                while (run.Step < run.Steps)
                    run.Advance();
                return run.Result();
            }

            var held = Result(1 << 20);
            Assert.Empty(Directory.GetFiles(folder));
            var read = Result(1);
            Assert.Equal(held["weights"]!.GetValue<string>(), read["weights"]!.GetValue<string>());
            Assert.Equal(held["test"]!.ToJsonString(), read["test"]!.ToJsonString());
            Assert.Single(Directory.GetFiles(folder));
            Assert.Equal(read["weights"]!.GetValue<string>(), Result(1)["weights"]!.GetValue<string>()); // from the copy
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
