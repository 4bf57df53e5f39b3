// What a checkpoint's reader knows of a tensor before any of its bytes are touched.
using static TorchSharp.torch;

namespace ModelBalancing.Checkpoints;

/// <summary>A tensor inside a PyTorch archive: type, shape, strides and where its storage lies.</summary>
/// <param name="Name">Its name in the state dictionary.</param>
/// <param name="Type">Element type.</param>
/// <param name="Shape">Lengths of its axes.</param>
/// <param name="Strides">Elements between neighbours along each axis.</param>
/// <param name="Offset">First element in the storage.</param>
/// <param name="Key">The storage's entry in the archive.</param>
/// <param name="StorageElements">Elements the storage holds, by its entry's length and not by what the pickle says.</param>
internal sealed record ArchivedTensor(string Name, ScalarType Type, long[] Shape, long[] Strides, long Offset, string Key, long StorageElements);
