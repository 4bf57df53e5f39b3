// What becomes of the losses of single elements.
namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>What becomes of the losses of single elements.</summary>
        public enum Reduction : long
        {
            /// <summary>They are returned.</summary>
            None = 0,

            /// <summary>Their mean is returned.</summary>
            Mean = 1,

            /// <summary>Their sum is returned.</summary>
            Sum = 2,
        }
    }
}
