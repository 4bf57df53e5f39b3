// Files that the TorchSharp package wrote.
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace SystemTorch.Tests.Modules;

public sealed class FileTests
{
    [Fact]
    public void A_network_that_the_package_saved_is_read_and_written_byte_for_byte()
    {
        using var network = Network();
        var path = ModuleFixture.PathOf("torchsharp/network.dat");
        network.load(path);
        Assert.Equal(3, ((TorchSharp.Modules.BatchNorm1d)network[1]).num_batches_tracked!.ToInt64());
        using var copy = new MemoryStream();
        network.save(copy);
        Assert.Equal(File.ReadAllBytes(path), copy.ToArray());
    }

    [Fact]
    public void Optimizer_state_that_the_package_saved_is_read_and_written_byte_for_byte()
    {
        using var network = Network();
        using var optimizer = optim.Adam(network.parameters(), amsgrad: true);
        var path = ModuleFixture.PathOf("torchsharp/adam.dat");
        optimizer.load_state_dict(path);
        Assert.Equal(0.01, optimizer.ParamGroups.Single().LearningRate);
        using var copy = new MemoryStream();
        using var writer = new BinaryWriter(copy);
        optimizer.save_state_dict(writer);
        Assert.Equal(File.ReadAllBytes(path), copy.ToArray());
    }

    private static TorchSharp.Modules.Sequential Network() =>
        Sequential(("first", Linear(2, 3)), ("norm", BatchNorm1d(3)), ("last", Linear(3, 1)));
}
