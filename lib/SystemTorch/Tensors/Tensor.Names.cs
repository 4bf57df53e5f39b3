// Names of dimensions.
using SystemTorch;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor rename(IEnumerable<string?>? names) => Operators.rename.Call(this, NameList(names));
        public Tensor rename_(IEnumerable<string?>? names) => Operators.rename_.InPlace(this, NameList(names));

        // libtorch writes "no name" as an asterisk.
        static Argument NameList(IEnumerable<string?>? names) => names is null ? Argument.None : string.Join('\n', names.Select(name => name ?? "*"));
    }
}
