// Vectors looked up by number.
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>A table of vectors; each whole number of the input is replaced by its row.</summary>
public sealed class Embedding : nn.Module<Tensor, Tensor>
{
    private readonly long? _paddingIndex;
    private readonly double? _maximumNorm;
    private readonly double _normType;
    private readonly bool _scaleByFrequency;
    private readonly bool _sparse;

    [ComponentName(Name = nameof(weight))]
    private Parameter? _weight;

    internal Embedding(Parameter weight, long? paddingIndex, double? maximumNorm, double normType, bool scaleByFrequency, bool sparse) : base(nameof(Embedding))
    {
        this.weight = weight;
        _maximumNorm = maximumNorm;
        _normType = normType;
        _scaleByFrequency = scaleByFrequency;
        _sparse = sparse;
        var rows = weight.shape[0];
        if (paddingIndex is { } index)
        {
            if (index < -rows || index >= rows) throw new ArgumentException($"padding_idx {index} is not a row of the {rows} embeddings.", "padding_idx");
            _paddingIndex = index < 0 ? index + rows : index;
        }
    }

    /// <summary>The vectors; (num_embeddings, embedding_dims).</summary>
    [System.Diagnostics.CodeAnalysis.DisallowNull]
    public Parameter? weight { get => _weight; set => Assign(ref _weight, value, nameof(weight)); }

    /// <summary>Looks up whole numbers of any shape; the result has one more axis.</summary>
    public override Tensor forward(Tensor input) =>
        nn.functional.Embed(input, weight!, _paddingIndex, _maximumNorm, _normType, _scaleByFrequency, _sparse);

    // A new table: normally distributed, the padding row zero.
    internal static Embedding Draw(long rows, long columns, long? paddingIndex, double? maximumNorm, double normType, bool scaleByFrequency, bool sparse, Device? device, ScalarType? dtype)
    {
        var module = new Embedding(new Parameter(empty([rows, columns], dtype, device)), paddingIndex, maximumNorm, normType, scaleByFrequency, sparse);
        nn.init.normal_(module.weight!);
        if (module._paddingIndex is { } index)
        {
            using var gradients = no_grad();
            using var row = module.weight!.select(0, index);
            row.zero_();
        }
        return module;
    }
}
