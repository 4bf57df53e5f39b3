// Jacobians by one backward pass for each element of the result.
namespace TorchSharp;

public static partial class torch
{
    public static partial class autograd
    {
        /// <summary>Derivatives of functions.</summary>
        public static partial class functional
        {
            /// <summary>One Jacobian for each pair of result and input, results first: shape of the result, then shape of the input.</summary>
            public static IEnumerable<Tensor> jacobian(Func<Tensor[], Tensor[]> function, params Tensor[] inputs)
            {
                using var scope = NewDisposeScope();
                using var recording = enable_grad();
                var points = Array.ConvertAll(inputs, input => input.detach().requires_grad_());
                List<Tensor> jacobians = [];
                foreach (var result in function(points))
                {
                    var rows = Array.ConvertAll(points, _ => new List<Tensor>());
                    var flat = result.reshape(-1);
                    for (var i = 0L; i < flat.numel(); i++)
                    {
                        var gradients = grad([flat[i]], points, retain_graph: true, allow_unused: true);
                        for (var k = 0; k < points.Length; k++) rows[k].Add(gradients[k].IsInvalid ? zeros_like(points[k]) : gradients[k]);
                    }
                    for (var k = 0; k < points.Length; k++)
                        jacobians.Add(stack(rows[k]).view([.. result.shape, .. points[k].shape]).MoveToOuterDisposeScope());
                }
                return jacobians;
            }

            public static Tensor jacobian(Func<Tensor, Tensor> function, Tensor inputs) => jacobian(x => [function(x[0])], [inputs]).Single();

            public static IEnumerable<Tensor> jacobian(Func<Tensor, Tensor[]> function, Tensor inputs) => jacobian(x => function(x[0]), [inputs]);

            public static IEnumerable<Tensor> jacobian(Func<Tensor[], Tensor> function, params Tensor[] inputs) => jacobian(x => [function(x)], inputs);
        }
    }
}
