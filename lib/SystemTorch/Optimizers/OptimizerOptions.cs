// Options that all optimizers have, and their form in a file.
using SystemTorch;

namespace TorchSharp.Modules;

/// <summary>Options of a group; those that are null become the optimizer's defaults when the group is added.</summary>
public class OptimizerOptions
{
    /// <summary>The rate now.</summary>
    public double? LearningRate { get; set; }

    /// <summary>The rate at the start.</summary>
    public double InitialLearningRate { get; set; }

    /// <summary>Writes the options: initial rate and rate, then what derived types add.</summary>
    public virtual void SaveStateDict(BinaryWriter writer)
    {
        writer.Write(InitialLearningRate);
        writer.Write(LearningRate!.Value);
        Visit(new FieldWriter(writer));
    }

    /// <summary>Reads what <see cref="SaveStateDict"/> wrote.</summary>
    public virtual void LoadStateDict(BinaryReader reader)
    {
        InitialLearningRate = reader.ReadDouble();
        LearningRate = reader.ReadDouble();
        Visit(new FieldReader(reader, torch.CPU));
    }

    /// <summary>Copies other options.</summary>
    /// <exception cref="ArgumentException">They are another optimizer's.</exception>
    public virtual void LoadStateDict(OptimizerOptions source)
    {
        if (source.GetType() != GetType()) throw new ArgumentException($"Options of type {GetType()} expected, {source.GetType()} given.", nameof(source));
        InitialLearningRate = source.InitialLearningRate;
        LearningRate = source.LearningRate;
        Visit(new FieldCopier(source.Fields(), torch.CPU));
    }

    /// <summary>Takes what is null from an optimizer's defaults.</summary>
    internal void FillFrom(OptimizerOptions defaults)
    {
        LearningRate ??= defaults.LearningRate;
        Visit(new OptionFiller(defaults.Fields()));
    }

    /// <summary>Shows a visitor the options that derived types add, in the order of TorchSharp's files.</summary>
    private protected virtual void Visit(FieldVisitor visitor) { }

    private FieldList Fields()
    {
        var list = new FieldList();
        Visit(list);
        return list;
    }
}
