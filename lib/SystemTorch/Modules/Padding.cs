// How convolutions treat the border.
namespace TorchSharp;

/// <summary>Padding that follows from the kernel.</summary>
public enum Padding
{
    /// <summary>None.</summary>
    Valid = 0,

    /// <summary>As much as keeps the length, for stride 1.</summary>
    Same = 1,
}
