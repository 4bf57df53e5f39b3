// Which pieces a text begins with: a trie over UTF-16 units.

namespace ModelBalancing.Text.Tokenizers;

/// <summary>A trie with a value at the end of each piece.</summary>
internal sealed class PieceTrie
{
    /// <summary>The root.</summary>
    public const int Root = 0;

    private readonly Dictionary<long, int> edges = [];
    private readonly List<int> values = [-1];

    /// <summary>Adds a piece; a later one of the same text replaces it.</summary>
    public void Add(string piece, int value)
    {
        int node = Root;
        foreach (char c in piece)
        {
            long edge = Edge(node, c);
            if (!edges.TryGetValue(edge, out int child))
            {
                edges[edge] = child = values.Count;
                values.Add(-1);
            }
            node = child;
        }
        values[node] = value;
    }

    /// <summary>Goes on by one unit.</summary>
    /// <returns>False if no piece goes on so.</returns>
    public bool TryStep(ref int node, char c) => edges.TryGetValue(Edge(node, c), out node);

    /// <summary>The value of the piece that ends here, or -1.</summary>
    public int Value(int node) => values[node];

    private static long Edge(int node, char c) => (long)node << 16 | c;
}
