// Construction of modules: dropouts.
using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <inheritdoc cref="Modules.Dropout"/>
        public static Dropout Dropout(double p = 0.5, bool inplace = false) => new(p, inplace);

        /// <inheritdoc cref="Modules.Dropout1d"/>
        public static Dropout1d Dropout1d(double p = 0.5, bool inplace = false) => new(p, inplace);

        /// <inheritdoc cref="Modules.Dropout2d"/>
        public static Dropout2d Dropout2d(double p = 0.5, bool inplace = false) => new(p, inplace);

        /// <inheritdoc cref="Modules.Dropout3d"/>
        public static Dropout3d Dropout3d(double p = 0.5, bool inplace = false) => new(p, inplace);

        /// <inheritdoc cref="Modules.AlphaDropout"/>
        public static AlphaDropout AlphaDropout(double p = 0.5, bool inplace = false) => new(p, inplace);

        /// <inheritdoc cref="Modules.FeatureAlphaDropout"/>
        public static FeatureAlphaDropout FeatureAlphaDropout(double p, bool inplace) => new(p, inplace);

        /// <inheritdoc cref="Modules.FeatureAlphaDropout"/>
        public static FeatureAlphaDropout FeatureAlphaDropout(double p = 0.5) => new(p, false);
    }
}
