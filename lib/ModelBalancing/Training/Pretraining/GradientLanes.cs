// Gradients of one step by several workers of one thread each: on a small model two of them beat one worker of two threads, whose pools wait for each other.
using System.Runtime.ExceptionServices;
using ModelBalancing.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelBalancing.Training.Pretraining;

/// <summary>Replicas of a masked-word model that share a step's rows.</summary>
/// <remarks>
/// Part p of the rows belongs to lane p mod lanes, a lane adds its parts' gradients in their order, and the lanes' sums are added in the lanes' order:
/// the result is a function of the number of lanes, not of timing, nor of whether the lanes run at once.
/// </remarks>
public sealed class GradientLanes : IDisposable
{
    private readonly EncoderModel[] replicas;

    /// <summary>Makes the replicas.</summary>
    /// <param name="model">The model that is trained; its gradients become those of all lanes.</param>
    /// <param name="lanes">Number of lanes, at least 1.</param>
    public GradientLanes(EncoderModel model, int lanes)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentOutOfRangeException.ThrowIfLessThan(lanes, 1);
        replicas = [model, .. Enumerable.Range(1, lanes - 1).Select(_ =>
        {
            var replica = new EncoderModel(model.Settings, EncoderHead.MaskedWords, seed: null);
            replica.Encoder.Precision = model.Encoder.Precision;
            return replica;
        })];
        Share();
    }

    /// <summary>Whether lanes run one after the other, on the caller's thread; the numbers are the same.</summary>
    public bool InTurn { get; init; }

    /// <summary>Copies the trained weights to the replicas; due after every change of them.</summary>
    public void Share()
    {
        using var noGradient = no_grad();
        var source = replicas[0].parameters().ToList();
        foreach (var replica in replicas.Skip(1))
            foreach (var (own, given) in replica.parameters().Zip(source))
                own.copy_(given);
    }

    /// <summary>Computes the gradient of the mean loss over all masked words; it replaces what gradients there were.</summary>
    /// <param name="rows">The step's rows.</param>
    /// <param name="rowsOfPart">Most rows that are computed at once.</param>
    /// <returns>The mean loss.</returns>
    public double Gradients(MaskedRows rows, int rowsOfPart)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentOutOfRangeException.ThrowIfLessThan(rowsOfPart, 1);
        foreach (var replica in replicas)
            foreach (var parameter in replica.parameters())
                parameter.grad = null;
        int parts = (rows.Rows + rowsOfPart - 1) / rowsOfPart;
        double[] losses = new double[parts];
        int threads = get_num_threads();
        var failures = new Exception?[replicas.Length];
        try
        {
            if (InTurn)
                for (int lane = 0; lane < replicas.Length; lane++)
                    Work(lane);
            else
            {
                var others = Enumerable.Range(1, replicas.Length - 1).Select(lane => new Thread(() => Work(lane), maxStackSize: 16 << 20)).ToList();
                others.ForEach(thread => thread.Start());
                Work(0);
                others.ForEach(thread => thread.Join());
            }
        }
        finally
        {
            set_num_threads(threads);
        }
        if (Array.Find(failures, failure => failure is not null) is { } wrong)
            ExceptionDispatchInfo.Throw(wrong);
        Add();
        return losses.Sum();

        void Work(int lane)
        {
            try
            {
                set_num_threads(1); // the count belongs to the thread in one part of torch, to the process in the other
                for (int part = lane; part < parts; part += replicas.Length)
                    losses[part] = Backward(replicas[lane], rows.Part(part * rowsOfPart, Math.Min(rowsOfPart, rows.Rows - part * rowsOfPart)), rows.Places.Length);
            }
            catch (Exception wrong)
            {
                failures[lane] = wrong;
            }
        }
    }

    /// <summary>Loss and right guesses on rows, without gradients, by the trained model.</summary>
    /// <param name="rows">The rows.</param>
    /// <returns>Sum of the losses of the masked words, and how many of them the likeliest word is right for.</returns>
    public (double Loss, long Right) Judge(MaskedRows rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        if (rows.Places.Length == 0)
            return (0, 0);
        replicas[0].eval();
        var targets = tensor(rows.Targets);
        var logits = replicas[0].WordsAt(Input(rows), tensor(rows.Places));
        return (EncoderLoss.Classes(logits, targets).to(ScalarType.Float64).item<double>() * rows.Targets.Length, logits.argmax(1).eq(targets).sum().item<long>());
    }

    /// <summary>Lets the replicas go; the trained model stays its owner's.</summary>
    public void Dispose()
    {
        foreach (var replica in replicas.Skip(1))
            replica.Dispose();
    }

    private static EncoderInput Input(MaskedRows rows) => new(tensor(rows.Ids).view(rows.Rows, rows.Length));

    private static double Backward(EncoderModel model, MaskedRows rows, int all)
    {
        if (rows.Places.Length == 0)
            return 0;
        using var scope = NewDisposeScope();
        model.train();
        var loss = EncoderLoss.Classes(model.WordsAt(Input(rows), tensor(rows.Places)), tensor(rows.Targets)) * ((double)rows.Places.Length / all);
        loss.backward();
        return loss.to(ScalarType.Float64).item<double>();
    }

    private void Add()
    {
        using var noGradient = no_grad();
        var sums = replicas[0].parameters().ToList();
        foreach (var replica in replicas.Skip(1))
            foreach (var (sum, added) in sums.Zip(replica.parameters()))
            {
                using var scope = NewDisposeScope();
                if (added.grad is not { } gradient)
                    continue; // a lane without rows
                if (sum.grad is { } own)
                    own.add_(gradient);
                else
                    sum.grad = gradient.clone().DetachFromDisposeScope();
            }
    }
}
