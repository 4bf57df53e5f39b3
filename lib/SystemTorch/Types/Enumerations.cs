// The named choices of operators' arguments. Members are named as in PyTorch.
namespace TorchSharp;

/// <summary>How distances between points are computed: by a matrix product when there are many, always, or never.</summary>
public enum compute_mode { use_mm_for_euclid_dist_if_necessary = 0, use_mm_for_euclid_dist = 1, donot_use_mm_for_euclid_dist = 2 }

/// <summary>How a tensor's elements are stored.</summary>
public enum layout { strided, sparse_coo }

/// <summary>In which order the elements of images lie in memory.</summary>
public enum memory_format { preserve_format, contiguous_format, channels_last }

/// <summary>What stands beyond the edge of a signal.</summary>
public enum PaddingModes { Zeros = 0, Reflect = 1, Replicate = 2, Circular = 3, Constant = 4 }

public static partial class torch
{
    /// <summary>What division does with the fraction: keep it, cut it off, or round down.</summary>
    public enum RoundingMode { None, trunc, floor }
}
