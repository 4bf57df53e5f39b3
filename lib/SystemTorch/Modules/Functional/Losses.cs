// Losses as functions.
using SystemTorch;
using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            private static readonly Operator SquaredError = new("mse_loss");
            private static readonly Operator AbsoluteError = new("l1_loss");
            private static readonly Operator SmoothError = new("smooth_l1_loss");
            private static readonly Operator HuberError = new("huber_loss");
            private static readonly Operator CrossEntropy = new("cross_entropy_loss");
            private static readonly Operator NegativeLogLikelihood = new("nll_loss_nd");
            private static readonly Operator BinaryCrossEntropy = new("binary_cross_entropy");
            private static readonly Operator BinaryCrossEntropyOfLogits = new("binary_cross_entropy_with_logits");
            private static readonly Operator Divergence = new("kl_div");
            private static readonly Operator CosineEmbedding = new("cosine_embedding_loss");
            private static readonly Operator Ctc = new("ctc_loss", "Tensor");
            private static readonly Operator HingeEmbedding = new("hinge_embedding_loss");
            private static readonly Operator MarginRanking = new("margin_ranking_loss");
            private static readonly Operator MultiLabelMargin = new("multilabel_margin_loss");
            private static readonly Operator MultiMargin = new("multi_margin_loss");
            private static readonly Operator PoissonLikelihood = new("poisson_nll_loss");
            private static readonly Operator SoftMargin = new("soft_margin_loss");
            private static readonly Operator TripletMargin = new("triplet_margin_loss");

            /// <summary>Squared difference.</summary>
            public static Tensor mse_loss(Tensor input, Tensor target, Reduction reduction = Reduction.Mean) => SquaredError.Call(input, target, (long)reduction);

            /// <summary>Absolute difference.</summary>
            public static Tensor l1_loss(Tensor input, Tensor target, Reduction reduction = Reduction.Mean) => AbsoluteError.Call(input, target, (long)reduction);

            /// <summary>Square near zero, a line beyond beta.</summary>
            public static Tensor smooth_l1_loss(Tensor input, Tensor target, Reduction reduction = Reduction.Mean, double beta = 1) => SmoothError.Call(input, target, (long)reduction, beta);

            /// <summary>Square near zero, a line beyond delta.</summary>
            public static Tensor huber_loss(Tensor input, Tensor target, double delta = 1, Reduction reduction = Reduction.Mean) => HuberError.Call(input, target, (long)reduction, delta);

            /// <summary>Negative logarithm of the softmax at the target; classes are the second axis.</summary>
            public static Tensor cross_entropy(Tensor input, Tensor target, Tensor? weight = null, long ignore_index = -100, Reduction reduction = Reduction.Mean, double label_smoothing = 0) =>
                CrossEntropy.Call(input, target, weight, (long)reduction, ignore_index, label_smoothing);

            /// <summary>Negative log probability at the target; classes are the second axis.</summary>
            public static Tensor nll_loss(Tensor input, Tensor target, Tensor? weight = null, Reduction reduction = Reduction.Mean) => NegativeLogLikelihood.Call(input, target, weight, (long)reduction);

            /// <summary>Binary cross entropy of probabilities.</summary>
            public static Tensor binary_cross_entropy(Tensor input, Tensor target, Tensor? weight = null, Reduction reduction = Reduction.Mean) => BinaryCrossEntropy.Call(input, target, weight, (long)reduction);

            /// <summary>Binary cross entropy of logits.</summary>
            public static Tensor binary_cross_entropy_with_logits(Tensor input, Tensor target, Tensor? weight = null, Reduction reduction = Reduction.Mean, Tensor? pos_weights = null) =>
                BinaryCrossEntropyOfLogits.Call(input, target, weight, pos_weights, (long)reduction);

            /// <summary>Kullback-Leibler divergence; the input holds log probabilities.</summary>
            public static Tensor kl_div(Tensor input, Tensor target, bool log_target = true, Reduction reduction = Reduction.Mean) => Divergence.Call(input, target, (long)reduction, log_target);

            /// <summary>One minus the cosine for like pairs, the cosine above the margin for unlike ones.</summary>
            public static Tensor cosine_embedding_loss(Tensor input1, Tensor input2, Tensor target, double margin = 0, Reduction reduction = Reduction.Mean) => CosineEmbedding.Call(input1, input2, target, margin, (long)reduction);

            /// <summary>Connectionist temporal classification.</summary>
            public static Tensor ctc_loss(Tensor log_probs, Tensor targets, Tensor input_lengths, Tensor target_lengths, long blank = 0, bool zero_infinity = false, Reduction reduction = Reduction.Mean) =>
                Ctc.Call(log_probs, targets, input_lengths, target_lengths, blank, (long)reduction, zero_infinity);

            /// <summary>x for like pairs, max(0, margin − x) for unlike ones.</summary>
            public static Tensor hinge_embedding_loss(Tensor input, Tensor target, double margin = 0, Reduction reduction = Reduction.Mean) => HingeEmbedding.Call(input, target, margin, (long)reduction);

            /// <summary>max(0, −y (x₁ − x₂) + margin).</summary>
            public static Tensor margin_ranking_loss(Tensor input1, Tensor input2, Tensor target, double margin = 0, Reduction reduction = Reduction.Mean) => MarginRanking.Call(input1, input2, target, margin, (long)reduction);

            /// <summary>Hinge loss of several labels.</summary>
            public static Tensor multi_label_margin_loss(Tensor input, Tensor target, Reduction reduction = Reduction.Mean) => MultiLabelMargin.Call(input, target, (long)reduction);

            /// <summary>Hinge loss of one label among several.</summary>
            public static Tensor multi_margin_loss(Tensor input, Tensor target, int p = 1, double margin = 1, Tensor? weight = null, Reduction reduction = Reduction.Mean) => MultiMargin.Call(input, target, p, margin, weight, (long)reduction);

            /// <summary>Mean binary cross entropy over the labels.</summary>
            public static Tensor multilabel_soft_margin_loss(Tensor input, Tensor target, Tensor? weight = null, Reduction reduction = Reduction.Mean)
            {
                using var scope = NewDisposeScope();
                var losses = target.mul(logsigmoid(input)).add(target.neg().add(1).mul(logsigmoid(input.neg()))).neg();
                if (weight is not null) losses = losses.mul(weight);
                return Reduced(losses.mean(new[] { input.ndim - 1 }), reduction).MoveToOuterDisposeScope();
            }

            /// <summary>Negative log likelihood of Poisson distributions.</summary>
            public static Tensor poisson_nll_loss(Tensor input, Tensor target, bool log_input = true, bool full = false, float eps = 1e-8f, Reduction reduction = Reduction.Mean) => PoissonLikelihood.Call(input, target, log_input, full, eps, (long)reduction);

            /// <summary>Negative log likelihood of normal distributions, summed over each sample.</summary>
            public static Tensor gaussian_nll_loss(Tensor input, Tensor target, Tensor variance, bool full = false, float eps = 1e-6f, Reduction reduction = Reduction.Mean)
            {
                using var scope = NewDisposeScope();
                var samples = input.shape[0];
                var means = input.reshape(samples, -1);
                var wanted = target.reshape(samples, -1);
                var variances = variance.reshape(samples, -1);
                if (variances.shape[1] != means.shape[1] && variances.shape[1] != 1) throw new ArgumentException("variance has the wrong shape");
                if (variances.lt(0).any().ToBoolean()) throw new ArgumentException("variance has negative entry/entries");
                using (no_grad()) variances = variances.clamp_min(eps);
                var losses = variances.log().add(means.sub(wanted).square().div(variances)).sum(1).mul(0.5);
                if (full) losses = losses.add(0.5 * means.shape[1] * Math.Log(2 * Math.PI));
                return Reduced(losses, reduction).MoveToOuterDisposeScope();
            }

            /// <summary>log(1 + exp(−y x)).</summary>
            public static Tensor soft_margin_loss(Tensor input, Tensor target, Reduction reduction = Reduction.Mean) => SoftMargin.Call(input, target, (long)reduction);

            /// <summary>max(0, d(anchor, positive) − d(anchor, negative) + margin) with a p-norm.</summary>
            public static Tensor triplet_margin_loss(Tensor anchor, Tensor positive, Tensor negative, double margin = 1, long p = 2, double eps = 1e-6, bool swap = false, Reduction reduction = Reduction.Mean) =>
                TripletMargin.Call(anchor, positive, negative, margin, (double)p, eps, swap, (long)reduction);

            /// <summary>The triplet loss with a distance of one's own; the 2-norm by default.</summary>
            public static Tensor triplet_margin_with_distance_loss(Tensor anchor, Tensor positive, Tensor negative, Func<Tensor, Tensor, Tensor>? distance = null, double margin = 1, bool swap = false, Reduction reduction = Reduction.Mean)
            {
                using var scope = NewDisposeScope();
                distance ??= (x, y) => pairwise_distance(x, y);
                var near = distance(anchor, positive);
                var far = distance(anchor, negative);
                if (swap) far = minimum(far, distance(positive, negative));
                return Reduced(near.sub(far).add(margin).clamp_min(0), reduction).MoveToOuterDisposeScope();
            }

            private static Tensor Reduced(Tensor losses, Reduction reduction) => reduction switch
            {
                Reduction.Mean => losses.mean(),
                Reduction.Sum => losses.sum(),
                _ => losses,
            };
        }
    }
}
