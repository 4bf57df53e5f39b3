// The variants' switches and names.
using System.Text.Json;
using ModelBalancing.Spectra;

namespace ModelBalancing.Tests.Spectra;

public class FidelityTests
{
    [Fact]
    public void Named_values_are_known_by_their_names()
    {
        foreach (var (name, value) in Fidelity.Named)
        {
            Assert.Equal(name, value.Name);
            Assert.Equal(value, Fidelity.Of(name.ToUpperInvariant()));
        }
        Assert.Equal("Corrected", new Fidelity().Name);
        Assert.Contains("Released (text)", Assert.Throws<ArgumentException>(() => Fidelity.Of("ours")).Message);
    }

    [Fact]
    public void A_mixture_is_named_by_what_differs_from_the_nearest()
    {
        Assert.Equal("Corrected [TailPosition=1.5]", (Fidelity.Corrected with { TailPosition = 1.5 }).Name);
        Assert.Equal("Released [Hill=AboveXmin, FewestEigenvalues=5]", (Fidelity.Released with { Hill = HillCount.AboveXmin, FewestEigenvalues = 5 }).Name);
    }

    [Fact]
    public void A_mixture_is_known_by_its_name()
    {
        foreach (var (_, value) in Fidelity.Named)
            foreach (var mixture in new[]
            {
                value with { Hill = value.Hill == HillCount.AboveXmin ? HillCount.WithXmin : HillCount.AboveXmin }, value with { TailPosition = 1.25, FewestEigenvalues = 7 },
                value with { ComplexWeights = ComplexMoment.Split, Subset = SubsetRule.Strided, Selection = SelectionRule.BestOnReported },
            })
                Assert.Equal(mixture, Fidelity.Of(mixture.Name));
        Assert.Contains("TailPosition", Assert.Throws<ArgumentException>(() => Fidelity.Of("Corrected [Tail=2]")).Message);
        Assert.Contains("a value that it does not have", Assert.Throws<ArgumentException>(() => Fidelity.Of("Corrected [Hill=Wrong]")).Message);
    }

    [Fact]
    public void A_variant_survives_json()
    {
        foreach (var value in Fidelity.Named.Select(named => named.Value).Append(Fidelity.Paper with { FewestEigenvalues = 3 }))
            Assert.Equal(value, JsonSerializer.Deserialize<Fidelity>(JsonSerializer.Serialize(value)));
    }

    [Theory]
    [InlineData(12, true, false)]
    [InlineData(12, false, true)]
    [InlineData(13, true, true)]
    [InlineData(11, false, false)]
    public void The_released_trainer_counts_differently_at_the_start(int count, bool atStart, bool enough) =>
        Assert.Equal(enough, Fidelity.Released.HasEnough(count, atStart));

    [Fact]
    public void The_corrected_rule_is_one_throughout()
    {
        for (var count = 0; count < 20; count++)
        {
            Assert.Equal(count >= 10, Fidelity.Corrected.HasEnough(count, atStart: true));
            Assert.Equal(count >= 10, Fidelity.Corrected.HasEnough(count, atStart: false));
        }
    }
}
