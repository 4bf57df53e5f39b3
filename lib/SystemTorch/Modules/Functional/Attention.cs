// Attention.
using SystemTorch;
using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            private static readonly Operator FusedAttention = new("scaled_dot_product_attention");

            /// <summary>softmax(Q Kᵀ/√E + mask) V.</summary>
            public static Tensor scaled_dot_product_attention(Tensor query, Tensor key, Tensor value, Tensor? attn_mask = null, double p = 0, bool is_casual = false)
            {
                if (is_casual && attn_mask is not null) throw new ArgumentException("Casual attention masking cannot pass a mask.");
                if (FusedAttention.Exists) return FusedAttention.Call(query, key, value, attn_mask, p, is_casual);

                // libtorch 1.13 has no such operator.
                using var scope = NewDisposeScope();
                var scores = query.mul(1 / Math.Sqrt(query.size(-1))).matmul(key.transpose(-2, -1)); // (..., L, S)
                if (is_casual)
                {
                    var later = ones(new[] { scores.size(-2), scores.size(-1) }, ScalarType.Bool, query.device).triu(1);
                    scores = scores.masked_fill(later, double.NegativeInfinity);
                }
                else if (attn_mask is not null)
                {
                    scores = attn_mask.dtype == ScalarType.Bool
                        ? scores.masked_fill(attn_mask.logical_not(), double.NegativeInfinity)
                        : scores.add(attn_mask);
                }
                var weights = softmax(scores, -1);
                if (p > 0) weights = dropout(weights, p);
                return weights.matmul(value).MoveToOuterDisposeScope();
            }
        }
    }
}
