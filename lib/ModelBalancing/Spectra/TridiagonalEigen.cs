// Nodes and weights of the Gauss quadrature that a Lanczos run defines.
namespace ModelBalancing.Spectra;

/// <summary>Eigenvalues of a small symmetric tridiagonal matrix with the squares of their vectors' first components.</summary>
internal static class TridiagonalEigen
{
    private const int MostSweeps = 60;

    /// <summary>Implicit QL with shifts, the first row of the vectors carried along (Golub and Welsch 1969).</summary>
    /// <param name="diagonal">Diagonal, m values.</param>
    /// <param name="offDiagonal">Off-diagonal, m − 1 values.</param>
    /// <returns>Nodes ascending and weights that sum to 1.</returns>
    internal static (double[] Nodes, double[] Weights) Quadrature(double[] diagonal, double[] offDiagonal)
    {
        var m = diagonal.Length;
        var d = (double[])diagonal.Clone();
        var e = new double[m];
        Array.Copy(offDiagonal, e, m - 1);
        var first = new double[m];
        first[0] = 1;
        for (var l = 0; l < m; l++)
        {
            for (var sweep = 0; sweep < MostSweeps; sweep++)
            {
                var split = l;
                while (split < m - 1 && Math.Abs(e[split]) > 1e-16 * (Math.Abs(d[split]) + Math.Abs(d[split + 1])))
                    split++;
                if (split == l)
                    break;
                var g = (d[l + 1] - d[l]) / (2 * e[l]);
                var r = Math.Sqrt(g * g + 1);
                g = d[split] - d[l] + e[l] / (g + Math.CopySign(r, g));
                double s = 1, c = 1, p = 0;
                for (var i = split - 1; i >= l; i--)
                {
                    var (f, b) = (s * e[i], c * e[i]);
                    r = Math.Sqrt(f * f + g * g);
                    e[i + 1] = r;
                    if (r == 0)
                    {
                        d[i + 1] -= p;
                        e[split] = 0;
                        break;
                    }
                    (s, c) = (f / r, g / r);
                    g = d[i + 1] - p;
                    r = (d[i] - g) * s + 2 * c * b;
                    p = s * r;
                    d[i + 1] = g + p;
                    g = c * r - b;
                    var next = first[i + 1];
                    first[i + 1] = s * first[i] + c * next;
                    first[i] = c * first[i] - s * next;
                }
                if (r == 0 && split - 1 >= l)
                    continue;
                d[l] -= p;
                e[l] = g;
                e[split] = 0;
            }
        }
        var weights = first.Select(value => value * value).ToArray();
        Array.Sort(d, weights);
        return (d, weights);
    }
}
