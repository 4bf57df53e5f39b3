// Initial weights of encoders: a function of seed and name, so that a model from a checkpoint draws only what the checkpoint lacks, and draws the same.
using System.Security.Cryptography;
using System.Text;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModelBalancing.Models;

internal static class EncoderWeights
{
    /// <summary>Normal weights and tables, zero biases, norms of 1 and 0, a zero row for padding (BERT's own rule).</summary>
    /// <param name="module">An encoder, with or without head.</param>
    /// <param name="settings">Its sizes.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="names">The parameters to draw; all if null.</param>
    public static void Draw(nn.Module module, EncoderSettings settings, int seed, IReadOnlySet<string>? names = null)
    {
        using var noGradient = no_grad();
        foreach (var (name, parameter) in module.named_parameters())
        {
            if (names is not null && !names.Contains(name))
                continue;
            if (parameter.dim() == 1)
            {
                parameter.fill_(name.EndsWith("norm.weight", StringComparison.OrdinalIgnoreCase) ? 1 : 0);
                continue;
            }
            new InitialWeights(BitConverter.ToInt32(SHA256.HashData(Encoding.UTF8.GetBytes($"{seed} {name}")))).Normal(parameter, settings.InitialDeviation);
            if (name.EndsWith("word_embeddings.weight", StringComparison.Ordinal) || (settings.Family == EncoderFamily.Roberta && name.EndsWith("position_embeddings.weight", StringComparison.Ordinal)))
            {
                using var row = parameter.select(0, settings.Padding);
                row.zero_();
            }
        }
    }
}
