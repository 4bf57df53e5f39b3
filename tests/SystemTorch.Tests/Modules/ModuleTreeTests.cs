// The tree of modules: registration, state dictionary, files, moves, hooks.
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace SystemTorch.Tests.Modules;

public sealed class ModuleTreeTests
{
    private sealed class Network : Module<Tensor, Tensor>
    {
        private readonly Linear second = Linear(3, 2);
        private readonly Linear first = Linear(4, 3);
        private readonly Parameter scale = Parameter(ones(2));
        [ComponentName(Name = "offset")] private readonly Parameter _shift = Parameter(zeros(2));
        private readonly Tensor counter = zeros(1, ScalarType.Int64);
        private readonly ModuleList<nn.Module> layers = ModuleList(Linear(2, 2), (nn.Module)Dropout(0.5));
        private readonly ModuleDict<Linear> heads = ModuleDict(("left", Linear(2, 1, hasBias: false)));
        private readonly ParameterList mixing = ParameterList(Parameter(ones(1)), Parameter(ones(1)));

        public Network() : base(nameof(Network)) => RegisterComponents();

        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            var x = second.call(first.call(input).relu());
            x = ((Module<Tensor, Tensor>)layers[1]).call(((Linear)layers[0]).call(x * scale + _shift));
            return heads["left"].call(x * mixing[0] + mixing[1]).MoveToOuterDisposeScope();
        }
    }

    private static readonly string[] ParameterNames =
    [
        "scale", "offset", "second.weight", "second.bias", "first.weight", "first.bias", "layers.0.weight", "layers.0.bias", "heads.left.weight", "mixing.0", "mixing.1",
    ];

    [Fact]
    public void Parameters_are_found_by_reflection_under_their_names_in_the_order_of_the_fields()
    {
        using var network = new Network();
        Assert.Equal(ParameterNames, network.named_parameters().Select(entry => entry.name));
        Assert.Equal(["scale", "offset"], network.named_parameters(recurse: false).Select(entry => entry.name));
        Assert.Equal(["counter"], network.named_buffers().Select(entry => entry.name));
        Assert.Equal(["second", "first", "layers", "heads", "mixing"], network.named_children().Select(entry => entry.name));
        Assert.Contains("heads.left", network.named_modules().Select(entry => entry.name));
    }

    [Fact]
    public void The_state_dictionary_holds_parameters_before_buffers() =>
        Assert.Equal([.. ParameterNames, "counter"], new Network().state_dict().Keys);

    [Fact]
    public void Dotted_names_lead_to_parameters_and_buffers()
    {
        using var network = new Network();
        Assert.Equal([2L, 3], network.get_parameter("second.weight")!.shape);
        Assert.True(network.has_parameter("heads.left.weight"));
        Assert.False(network.has_parameter("heads.left.bias"));
        Assert.True(network.has_buffer("counter"));
        Assert.Null(network.get_parameter("third.weight"));
    }

    [Fact]
    public void What_was_saved_is_what_is_loaded()
    {
        using var scope = NewDisposeScope();
        using var saved = new Network();
        using var loaded = new Network();
        using var file = new MemoryStream();
        saved.save(file);
        loaded.load(new MemoryStream(file.ToArray()));
        foreach (var (name, value) in saved.state_dict()) Assert.True(value.eq(loaded.state_dict()[name]).all().ToBoolean(), name);
    }

    [Fact]
    public void Loading_a_state_dictionary_copies_values_and_reports_names()
    {
        using var scope = NewDisposeScope();
        using var module = Linear(2, 1);
        var source = new Dictionary<string, Tensor> { ["weight"] = torch.tensor(new float[,] { { 1, 2 } }), ["other"] = zeros(1) };
        Assert.Throws<InvalidOperationException>(() => module.load_state_dict(source));
        var (missing, unexpected) = module.load_state_dict(source, strict: false);
        Assert.Equal(["bias"], missing);
        Assert.Equal(["other"], unexpected);
        source["weight"].zero_();
        Assert.Equal([1f, 2], module.weight.data<float>().ToArray());
        Assert.True(module.weight.requires_grad);
    }

    [Fact]
    public void Evaluation_reaches_every_submodule_and_turns_dropout_off()
    {
        using var network = Sequential(("inner", Sequential(("drop", Dropout(0.9)))));
        network.eval();
        Assert.All(network.modules(), module => Assert.False(module.training));
        using var input = ones(100);
        using var output = network.call(input);
        Assert.Equal(100, output.sum().ToSingle());
        network.train();
        Assert.All(network.modules(), module => Assert.True(module.training));
        using var dropped = network.call(input);
        Assert.True(dropped.count_nonzero().ToInt64() < 50);
    }

    [Fact]
    public void Conversion_changes_parameters_and_leaves_whole_numbers()
    {
        Package.SkipFor("a ModuleDict cannot be moved, its two indexers have one name");
        using var scope = NewDisposeScope();
        using var network = new Network();
        network.eval();
        network.call(ones(1, 4)).sum().backward();
        var gradient = network.get_parameter("first.weight")!.grad!.to(ScalarType.Float64);
        network.to(ScalarType.Float64);
        Assert.All(network.parameters(), parameter => Assert.Equal(ScalarType.Float64, parameter.dtype));
        Assert.Equal(ScalarType.Int64, network.get_buffer("counter")!.dtype);
        Assert.Equal(ParameterNames, network.named_parameters().Select(entry => entry.name).Order(StringComparer.Ordinal).OrderBy(name => Array.IndexOf(ParameterNames, name)));
        Assert.True(gradient.eq(network.get_parameter("first.weight")!.grad!).all().ToBoolean());
        Assert.Equal(ScalarType.Float64, network.call(ones(1, 4, ScalarType.Float64)).dtype);
        Assert.Throws<ArgumentException>(() => network.to(ScalarType.Int32));
    }

    [Fact]
    public void Hooks_see_and_change_input_and_result_until_they_are_removed()
    {
        using var scope = NewDisposeScope();
        using var module = ReLU();
        var seen = 0;
        var before = module.register_forward_pre_hook((_, input) => input + 1);
        var after = module.register_forward_hook((_, _, result) => result * 10);
        var watch = module.register_forward_hook((nn.Module _) => { seen++; });
        Assert.Equal(20, module.call(ones(1)).ToSingle());
        before.remove();
        Assert.Equal(10, module.call(ones(1)).ToSingle());
        after.remove();
        watch.remove();
        Assert.Equal(1, module.call(ones(1)).ToSingle());
        Assert.Equal(2, seen);
    }

    [Fact]
    public void Clearing_gradients_drops_them_or_fills_them_with_zeros()
    {
        using var scope = NewDisposeScope();
        using var module = Linear(2, 1);
        module.call(ones(1, 2)).sum().backward();
        module.zero_grad(set_to_none: false);
        Assert.Equal(0, module.weight.grad!.abs().sum().ToSingle());
        module.zero_grad();
        Assert.Null(module.weight.grad);
    }

    [Fact]
    public void A_disposed_module_has_freed_its_parameters()
    {
        var network = Sequential(Linear(2, 2), Sequential(Linear(2, 1)));
        var parameters = network.parameters().ToArray();
        network.Dispose();
        Assert.All(parameters, parameter => Assert.True(parameter.IsInvalid));
    }

    [Fact]
    public void A_chain_can_be_cut_and_lengthened()
    {
        using var chain = Sequential(("a", Linear(2, 3)), ("b", ReLU()), ("c", Linear(3, 1)));
        Assert.Equal(3, chain.Count);
        Assert.Equal(["b", "c"], chain[(1, null)].named_children().Select(child => child.name));
        Assert.Equal(["a", "b"], chain[..2].named_children().Select(child => child.name));
        chain.append(Sigmoid());
        Assert.Equal(["a", "b", "c", "3"], chain.named_children().Select(child => child.name));
    }

    [Fact]
    public void A_parameterless_module_refuses_parameters()
    {
        using var module = ReLU();
        Assert.Throws<InvalidOperationException>(() => module.register_parameter("p", Parameter(zeros(1))));
    }

    [Fact]
    public void Buffers_outside_the_state_dictionary_are_named_and_converted()
    {
        Package.SkipFor("named_buffers leaves out every buffer that is not persistent");
        using var module = new WithScratch();
        Assert.Equal(["kept", "scratch"], module.named_buffers().Select(entry => entry.name));
        Assert.Equal(["kept"], module.named_buffers(include_nonpersistent: false).Select(entry => entry.name));
        Assert.Equal(["kept"], module.state_dict().Keys);
        module.to(ScalarType.Float64);
        Assert.All(module.buffers(), buffer => Assert.Equal(ScalarType.Float64, buffer.dtype));
        Assert.Equal(["kept"], module.state_dict().Keys);
    }

    private sealed class WithScratch : nn.Module
    {
        public WithScratch() : base(nameof(WithScratch))
        {
            register_buffer("kept", zeros(1));
            register_buffer("scratch", zeros(1), persistent: false);
        }
    }

    [Fact]
    public void Apply_visits_children_before_parents()
    {
        using var network = Sequential(("a", Linear(1, 1)), ("b", Sequential(("c", ReLU()))));
        var visited = new List<string>();
        network.apply(module => visited.Add(module.GetType().Name));
        Assert.Equal(["Linear", "ReLU", "Sequential", "Sequential"], visited);
    }

    [Fact]
    public void Pretrained_embeddings_are_copied_and_frozen()
    {
        using var scope = NewDisposeScope();
        var table = torch.tensor(new float[,] { { 1, 2 }, { 3, 4 } });
        using var module = Embedding_from_pretrained(table);
        Assert.False(module.weight!.requires_grad);
        Assert.Equal([3f, 4, 1, 2], module.call(torch.tensor(new long[] { 1, 0 })).data<float>().ToArray());
    }
}
