// Logistic regression and ridge regression on sparse rows, fitted by L-BFGS (Liu and Nocedal 1989): the floors' own models.

namespace ModelBalancing.Text.Floors;

/// <summary>A linear model of classes or of a score.</summary>
/// <remarks>Minimises Σ loss + ‖W‖²/(2C) with C = 1 and without a penalty on the constants, as scikit-learn's logistic regression does by default.</remarks>
public sealed class LinearModel
{
    private const int MostSteps = 300, Memory = 10;
    private const double Tolerance = 1e-4, Rounding = 1e-13;

    private readonly double[] weights; // outputs rows of features, then the constants
    private readonly int outputs, features;

    private LinearModel(int outputs, int features) => (this.outputs, this.features, weights) = (outputs, features, new double[outputs * (features + 1)]);

    /// <summary>Logistic regression (softmax over the classes).</summary>
    /// <param name="rows">At least one.</param>
    /// <param name="labels">Class of every row.</param>
    /// <param name="classes">Number of classes, at least 2.</param>
    /// <param name="features">Numbers of a row.</param>
    /// <exception cref="ArgumentException">Lengths differ.</exception>
    public static LinearModel OfClasses(IReadOnlyList<SparseRow> rows, IReadOnlyList<int> labels, int classes, int features)
    {
        Check(rows, labels.Count);
        var model = new LinearModel(classes, features);
        model.Fit(rows, (row, values) =>
        {
            double largest = values.Max(), sum = values.Sum(value => Math.Exp(value - largest)), loss = largest + Math.Log(sum) - values[labels[row]];
            for (int output = 0; output < values.Length; output++)
                values[output] = Math.Exp(values[output] - largest) / sum - (output == labels[row] ? 1 : 0);
            return loss;
        });
        return model;
    }

    /// <summary>Ridge regression (half the squared error).</summary>
    /// <param name="rows">At least one.</param>
    /// <param name="scores">Score of every row.</param>
    /// <param name="features">Numbers of a row.</param>
    /// <exception cref="ArgumentException">Lengths differ.</exception>
    public static LinearModel OfScores(IReadOnlyList<SparseRow> rows, IReadOnlyList<double> scores, int features)
    {
        Check(rows, scores.Count);
        var model = new LinearModel(1, features);
        model.Fit(rows, (row, values) => (values[0] -= scores[row]) * values[0] / 2);
        return model;
    }

    /// <summary>The outputs for a row: logits of classes, or the score.</summary>
    /// <param name="row">The row.</param>
    public double[] Of(SparseRow row) => Outputs(weights, row);

    /// <summary>The class of largest logit.</summary>
    /// <param name="row">The row.</param>
    public int ClassOf(SparseRow row)
    {
        double[] values = Of(row);
        return Array.IndexOf(values, values.Max());
    }

    private static void Check(IReadOnlyList<SparseRow> rows, int targets)
    {
        if (rows.Count == 0 || rows.Count != targets)
            throw new ArgumentException($"There are {rows.Count} rows and {targets} targets; expected one target a row, and at least one row.", nameof(rows));
    }

    private double[] Outputs(double[] of, SparseRow row)
    {
        double[] values = new double[outputs];
        for (int output = 0; output < outputs; output++)
        {
            double sum = of[outputs * features + output];
            for (int i = 0; i < row.Places.Length; i++)
                sum += of[output * features + row.Places[i]] * row.Values[i];
            values[output] = sum;
        }
        return values;
    }

    // loss(row, outputs) gives a row's loss and writes its slope over the outputs.
    private void Fit(IReadOnlyList<SparseRow> rows, Func<int, double[], double> loss)
    {
        var history = new LinkedList<(double[] Step, double[] Change, double Product)>();
        var (value, slope) = Value(weights);
        for (int step = 0; step < MostSteps && Largest(slope) > Tolerance; step++)
        {
            double[] direction = Direction(slope, history);
            double along = Product(slope, direction), size = step == 0 ? 1 / Math.Max(1, Largest(slope)) : 1;
            if (-along <= Rounding * Math.Abs(value))
                return; // what is left to gain is lost in the rounding of the sum
            double[] next, nextSlope;
            double nextValue;
            while (true) // Armijo's rule; the losses are convex
            {
                next = Sum(weights, direction, size);
                (nextValue, nextSlope) = Value(next);
                if (nextValue <= value + 1e-4 * size * along)
                    break;
                if ((size /= 2) < 1e-12)
                    return; // as low as rounding lets it get
            }
            double[] moved = Sum(next, weights, -1), change = Sum(nextSlope, slope, -1);
            if (Product(moved, change) is var product && product > 1e-12)
                history.AddLast((moved, change, product));
            if (history.Count > Memory)
                history.RemoveFirst();
            next.CopyTo(weights, 0);
            (value, slope) = (nextValue, nextSlope);
        }

        (double Value, double[] Slope) Value(double[] at)
        {
            double sum = 0;
            double[] gradient = new double[at.Length];
            for (int i = 0; i < outputs * features; i++)
            {
                sum += at[i] * at[i] / 2;
                gradient[i] = at[i];
            }
            for (int row = 0; row < rows.Count; row++)
            {
                double[] values = Outputs(at, rows[row]);
                sum += loss(row, values);
                for (int output = 0; output < outputs; output++)
                {
                    gradient[outputs * features + output] += values[output];
                    for (int i = 0; i < rows[row].Places.Length; i++)
                        gradient[output * features + rows[row].Places[i]] += values[output] * rows[row].Values[i];
                }
            }
            return (sum, gradient);
        }
    }

    // −H·slope with the inverse Hessian that the history tells, by the two-loop recursion.
    private static double[] Direction(double[] slope, LinkedList<(double[] Step, double[] Change, double Product)> history)
    {
        double[] direction = Sum(slope, slope, -2);
        var shares = new Stack<double>();
        for (var pair = history.Last; pair is not null; pair = pair.Previous)
        {
            shares.Push(Product(pair.Value.Step, direction) / pair.Value.Product);
            Add(direction, pair.Value.Change, -shares.Peek());
        }
        if (history.Last is { } last)
        {
            double scale = last.Value.Product / Product(last.Value.Change, last.Value.Change);
            for (int i = 0; i < direction.Length; i++)
                direction[i] *= scale;
        }
        for (var pair = history.First; pair is not null; pair = pair.Next)
            Add(direction, pair.Value.Step, shares.Pop() - Product(pair.Value.Change, direction) / pair.Value.Product);
        return direction;
    }

    private static double Product(double[] one, double[] other)
    {
        double sum = 0;
        for (int i = 0; i < one.Length; i++)
            sum += one[i] * other[i];
        return sum;
    }

    private static double Largest(double[] values) => values.Max(Math.Abs);

    private static void Add(double[] to, double[] what, double factor)
    {
        for (int i = 0; i < to.Length; i++)
            to[i] += factor * what[i];
    }

    private static double[] Sum(double[] one, double[] other, double factor)
    {
        double[] sum = [.. one];
        Add(sum, other, factor);
        return sum;
    }
}
