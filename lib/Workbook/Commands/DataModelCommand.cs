// ./workbook data model RUN --out DIR: a pretraining run as a checkpoint folder with a model card.

using System.CommandLine;
using ModelBalancing;
using ModelBalancing.Experiments;
using ModelBalancing.Figures;
using ModelBalancing.Training.Pretraining;

namespace Workbook.Commands;

/// <summary>Writes the encoder of a pretraining run.</summary>
internal static class DataModelCommand
{
    internal static Command Create()
    {
        var name = new Argument<string>("RUN") { Description = "The run by its name, id or the beginning of either (./workbook runs list); it need not be finished." };
        var place = new Option<string?>("--out") { Description = "The folder; default: data/models/roberta-mini in the checkout." };
        var runs = new Option<string?>("--runs") { Description = "Folder of runs; default: runs/ in the checkout." };
        var command = new Command("model", "Writes the encoder of a pretraining run: float16 weights, sizes, vocabulary and a model card.") { name, place, runs };
        command.SetAction(parsed =>
        {
            var folder = parsed.GetValue(place) ?? Path.Combine(Folders.Data, "models", "roberta-mini");
            var run = new RunStore(parsed.GetValue(runs)).Find(parsed.GetValue(name)!);
            PretrainedExport.Write(run, folder);
            Console.WriteLine($"{folder}: {Quantities.Bytes(Directory.GetFiles(folder).Sum(file => new FileInfo(file).Length))}, {(run.Phase() == RunPhase.Finished ? "finished" : $"step {run.SavedStep} of an unfinished run")}");
            return 0;
        });
        return command;
    }
}
