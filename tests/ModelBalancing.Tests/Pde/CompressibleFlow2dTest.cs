// The flow solver in two and three dimensions, against the generator's own output, known solutions, and the laws it must keep.
using ModelBalancing.Pde.Solvers;

namespace ModelBalancing.Tests.Pde;

public class CompressibleFlow2dTest(ITestOutputHelper output)
{
    private static readonly FlowSettings Square = new() { Eta = 0.01, Zeta = 0.01, XMin = 0, XMax = 1 };

    [Fact]
    public void The_generators_double_precision_output_is_reproduced()
    {
        var reference = ReferenceFields.Read(TestData.SharedOrSkip("golden/pde/generated/2D_CFD_Rand_M0.1_Eta0.01_periodic_f64.safetensors"), "density", "pressure", "Vx", "Vy");
        var ours = CompressibleFlow.Evolve(reference.FrameAt(0), Square with { Scheme = CompressibleFlowScheme.AsPublished }, reference.Frames, 0.05);
        for (var c = 0; c < 4; c++)
        {
            var largest = Largest(ours.Channels[c], reference.Channels[c]);
            output.WriteLine($"{ours.Names[c]} {largest:e2}");
            Assert.True(largest < 1e-10, $"{ours.Names[c]} differs by {largest:e2}");
        }
    }

    private static double Largest(double[] ours, double[] reference) =>
        ours.Zip(reference, (a, b) => Math.Abs(a - b)).Max() / reference.Max(Math.Abs);
}
