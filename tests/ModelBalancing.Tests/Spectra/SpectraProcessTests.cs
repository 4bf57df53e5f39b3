// Spectra beside the training: the numbers of the snapshot, one refresh later, whatever the timing and across a resume.
using System.Text.Json;
using ModelBalancing.Balancing;
using ModelBalancing.Spectra;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelBalancing.Tests.Spectra;

public class SpectraProcessTests
{
    // The command-line program serves; it is built with the tests of the whole.
    private static string[] Command() => ["dotnet", TestData.WorkbookProgram(), SpectraProcess.Verb];

    [Fact]
    public void Reports_of_a_snapshot_are_given_exactly_at_the_next_refresh_and_survive_a_resume()
    {
        manual_seed(2);
        using var model = nn.Sequential(("a", nn.Linear(40, 64)), ("b", nn.Linear(64, 64)), ("c", nn.Conv2d(16, 16, 3)));
        using var beside = new SpectraProcess(command: Command());
        using var resumed = new SpectraProcess(command: Command());
        var (expected, last) = (new List<string>(), "");
        for (var refresh = 0; refresh < 4; refresh++)
        {
            var now = Text(Esd.Analyse(model));
            var given = Text(beside.Refresh(model));
            Assert.Equal(refresh == 0 ? now : expected[^1], given);
            expected.Add(now);
            if (refresh == 2)
            {
                // The saved state holds the pending snapshot's numbers.
                resumed.Restore(JsonSerializer.Deserialize<PendingSnapshot>(JsonSerializer.Serialize(beside.State))!);
                last = now;
            }
            using var gradients = no_grad();
            foreach (var parameter in model.parameters())
                parameter.mul_(1.1).add_(0.01);
        }
        Assert.Equal(last, Text(resumed.Refresh(model)));
    }

    [Fact]
    public void Balancing_can_read_it_and_a_failure_is_told()
    {
        manual_seed(3);
        using var model = nn.Sequential(("a", nn.Linear(40, 60)), ("b", nn.Linear(60, 60)));
        using var beside = new SpectraProcess(command: Command());
        var balance = TempBalance.Attach(model, new BalanceOptions(), beside.Refresh);
        var first = balance.Groups;
        balance.AfterEpoch(0);
        Assert.Equal(first, balance.Groups);
        using (no_grad())
            nn.init.constant_(model.parameters().First(), double.NaN);
        balance.AfterEpoch(1);
        Assert.Contains("'a'", Assert.Throws<SpectrumException>(() => balance.AfterEpoch(2)).Message);
        using var missing = new SpectraProcess(command: ["/bin/false"]);
        using var healthy = nn.Linear(60, 60);
        missing.Refresh(healthy);
        missing.Refresh(healthy);
        Assert.Contains("doctor", Assert.Throws<SpectrumException>(() => missing.Refresh(healthy)).Message);
    }

    private static string Text(IEnumerable<LayerReport> reports) => JsonSerializer.Serialize(reports.Select(StoredReport.Of));
}
