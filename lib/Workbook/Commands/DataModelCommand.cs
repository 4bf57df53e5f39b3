// ./workbook data model RUN --out DIR: the encoder of a run on text as a checkpoint folder, with a model card where it was pretrained.

using System.CommandLine;
using ModelBalancing;
using ModelBalancing.Experiments;
using ModelBalancing.Figures;
using ModelBalancing.Training;
using ModelBalancing.Training.Pretraining;

namespace Workbook.Commands;

/// <summary>Writes the encoder of a run on text.</summary>
internal static class DataModelCommand
{
    internal static Command Create()
    {
        var name = new Argument<string>("RUN") { Description = "The run by its name, id or the beginning of either (./workbook runs list); a pretraining run need not be finished." };
        var place = new Option<string?>("--out") { Description = "The folder; default for a pretraining run: data/models/roberta-mini in the checkout." };
        var runs = new Option<string?>("--runs") { Description = "Folder of runs; default: runs/ in the checkout." };
        var command = new Command("model", "Writes the encoder of a run on text with sizes and vocabulary, as transformers reads it: a pretrained one in float16 with a model card, a fine-tuned one with its head.") { name, place, runs };
        command.SetAction(parsed =>
        {
            var run = new RunStore(parsed.GetValue(runs)).Find(parsed.GetValue(name)!);
            bool pretrained = run.Spec().Kind == new MaskedLanguageRunKind().Name;
            var folder = parsed.GetValue(place) ?? (pretrained ? Path.Combine(Folders.Data, "models", "roberta-mini")
                : throw new UsageException("A fine-tuned model needs --out DIR, the folder that it is written to."));
            if (pretrained) PretrainedExport.Write(run, folder);
            else
            {
                using var model = FineTunedModel.Open(run);
                model.Save(folder);
            }
            Console.WriteLine($"{folder}: {Quantities.Bytes(Directory.GetFiles(folder).Sum(file => new FileInfo(file).Length))}, {(run.Phase() == RunPhase.Finished ? "finished" : $"step {run.SavedStep} of an unfinished run")}");
            return 0;
        });
        return command;
    }
}
