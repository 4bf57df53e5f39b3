// The floors' own models: they reach the minimum they are defined by.
using ModelBalancing.Text.Floors;
using ModelBalancing.Text.Tasks;

namespace ModelBalancing.Tests.Text;

public class LinearModelTests
{
    private static readonly SparseRow[] rows = [.. Enumerable.Range(0, 60).Select(row => SparseRow.Full([Math.Sin(row), Math.Cos(1.7 * row), row % 5 - 2]))];

    [Fact]
    public void Logistic_regression_is_where_its_slope_is_zero()
    {
        int[] labels = [.. rows.Select((row, i) => row.Values[0] + 0.5 * Math.Sin(9 * i) > 0.4 ? 2 : row.Values[1] > 0 ? 1 : 0)];
        var model = LinearModel.OfClasses(rows, labels, 3, 3);
        double[] constants = model.Of(new([], []));
        for (int output = 0; output < 3; output++)
            for (int feature = 0; feature < 3; feature++)
            {
                // Σ (p − y)·x + w = 0, and w is what a unit row adds to the constant
                double weight = model.Of(new([feature], [1]))[output] - constants[output], slope = weight;
                for (int row = 0; row < rows.Length; row++)
                {
                    double[] values = model.Of(rows[row]);
                    double sum = values.Sum(Math.Exp);
                    slope += (Math.Exp(values[output]) / sum - (labels[row] == output ? 1 : 0)) * rows[row].Values[feature];
                }
                Assert.Equal(0, slope, 1e-3);
            }
        Assert.True(rows.Where((row, i) => model.ClassOf(row) == labels[i]).Count() > 45);
    }

    [Fact]
    public void Ridge_regression_solves_its_normal_equations()
    {
        double[] scores = [.. rows.Select(row => 2 + 3 * row.Values[0] - row.Values[2])];
        var model = LinearModel.OfScores(rows, scores, 3);
        double constant = model.Of(new([], []))[0];
        double[] weights = [.. Enumerable.Range(0, 3).Select(feature => model.Of(new([feature], [1]))[0] - constant)];
        for (int feature = 0; feature < 3; feature++)
            Assert.Equal(0, weights[feature] + rows.Select((row, i) => (model.Of(row)[0] - scores[i]) * row.Values[feature]).Sum(), 1e-3);
        Assert.Equal(3, weights[0], 0.15);
    }

    [Fact]
    public void A_bag_of_words_tells_the_second_text_and_what_both_have()
    {
        var bag = new BagOfWords([new TextInput("The plot, the END", "plot twist")]);
        Assert.Equal(6, bag.Count); // the, plot, end; 2 plot, 2 twist; both plot
        Assert.Equal(3, bag.Of(new TextInput("the end of plot")).Places.Length);
        Assert.Empty(bag.Of(new TextInput("nothing known")).Places);
    }
}
