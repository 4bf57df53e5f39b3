// The named choices of operators' arguments. Members are named as in PyTorch.
namespace TorchSharp;

public enum DebugMode { @default = 0, warn = 1 }

public enum Float32MatmulPrecision { highest, high, medium }

public enum HistogramBinSelector : byte { Doane = 0, Rice, Scott, Sqrt, Stone, Sturges }

public enum LobpcgMethod { basic, ortho }

public enum PrintOptionsProfile { @default = 0, @short = 1, full = 2 }

public enum Reduce { prod, mean, amax, amin }

public enum compute_mode { use_mm_for_euclid_dist_if_necessary = 0, use_mm_for_euclid_dist = 1, donot_use_mm_for_euclid_dist = 2 }

public enum indexing { xy, ij }

public enum layout { strided, sparse_coo }

public enum memory_format { preserve_format, contiguous_format, channels_last }

public enum PaddingModes { Zeros = 0, Reflect = 1, Replicate = 2, Circular = 3, Constant = 4 }

public static partial class torch
{
    public enum RoundingMode { None, trunc, floor }

    public enum LobpcgMethod { basic, ortho }
}
