// One training step of a PDE model at the size of the peer's.
using ModelBalancing.Models;
using ModelBalancing.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelBalancing.Benchmarks;

/// <summary>A model, random data and an optimizer; autoregressive over all frames after the tenth.</summary>
internal sealed class PdeStep : IDisposable
{
    private readonly nn.Module model;
    private readonly SharedMomentAdam adam;
    private readonly TrajectoryLoop loop;
    private readonly Tensor data, grid;

    internal PdeStep(nn.Module model, long[] points, int fields, int batch, int frames = 21)
    {
        this.model = model;
        adam = SharedMomentAdam.Over(model, 5e-3, 1e-4);
        data = randn([batch, .. points, frames, fields]);
        grid = stack(meshgrid([.. points.Select(n => linspace(-1, 1, n))]), -1);
        loop = new TrajectoryLoop((IAutoregressiveModel)model, grid);
    }

    /// <summary>The step that the script pde_step.py calls so.</summary>
    internal static PdeStep Of(string name) => name switch
    {
        "fno1d" => new(new Fno1d(3, 10), [128], fields: 3, batch: 20),
        "fno2d" => new(new Fno2d(4, 10), [32, 32], fields: 4, batch: 20),
        _ => new(new UNet2d(4, 10), [32, 32], fields: 4, batch: 4),
    };

    internal double[] Time(int count)
    {
        var seconds = new double[count];
        for (int i = 0; i < count; i++)
        {
            double start = Clock.Now;
            loop.Step(data, adam);
            seconds[i] = Clock.Now - start;
        }
        return seconds;
    }

    public void Dispose()
    {
        foreach (var part in new IDisposable[] { adam, model, data, grid })
            part.Dispose();
    }
}
