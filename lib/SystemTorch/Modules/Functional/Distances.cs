// Distances and angles between vectors.
using SystemTorch;
using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            private static readonly Operator Cosine = new("cosine_similarity");
            private static readonly Operator Distance = new("pairwise_distance");

            /// <summary>Cosine of the angle between vectors along an axis.</summary>
            public static Tensor cosine_similarity(Tensor x1, Tensor x2, long dim = 1, double eps = 1e-8) => Cosine.Call(x1, x2, dim, eps);

            /// <summary>p-norm of the difference along the last axis.</summary>
            public static Tensor pairwise_distance(Tensor input1, Tensor input2, double p = 2, double eps = 1e-6, bool keepdim = false) => Distance.Call(input1, input2, p, eps, keepdim);
        }
    }
}
