// Construction of modules: linears.
using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <inheritdoc cref="Modules.Linear"/>
        public static Linear Linear(long inputSize, long outputSize, bool hasBias = true, Device? device = null, ScalarType? dtype = null) =>
            new(inputSize, outputSize, hasBias, device, dtype);

        /// <inheritdoc cref="Modules.Linear"/>
        public static Linear Linear(Parameter weight, Parameter? bias = null) => new(weight, bias);

        /// <inheritdoc cref="Modules.Bilinear"/>
        public static Bilinear Bilinear(long in1_features, long in2_features, long out_features, bool hasBias = true, Device? device = null, ScalarType? dtype = null) =>
            new(in1_features, in2_features, out_features, hasBias, device, dtype);

        /// <inheritdoc cref="Modules.Embedding"/>
        public static Embedding Embedding(long num_embeddings, long embedding_dims, long? padding_idx = null, double? max_norm = null, double norm_type = 2, bool scale_grad_by_freq = false, bool sparse = false, Device? device = null, ScalarType? dtype = null) =>
            Modules.Embedding.Draw(num_embeddings, embedding_dims, padding_idx, max_norm, norm_type, scale_grad_by_freq, sparse, device, dtype);

        /// <summary>An embedding with a given table, which is copied; frozen by default.</summary>
        public static Embedding Embedding_from_pretrained(Tensor embeddings, bool freeze = true, long? padding_idx = null, double? max_norm = null, double norm_type = 2, bool scale_grad_by_freq = false, bool sparse = false, Device? device = null, ScalarType? dtype = null) =>
            new(new Parameter(embeddings.to(dtype ?? get_default_dtype(), device ?? get_default_device(), copy: true), !freeze), padding_idx, max_norm, norm_type, scale_grad_by_freq, sparse);
    }
}
