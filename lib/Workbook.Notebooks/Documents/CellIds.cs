// Ids for cells that come without one (files older than nbformat 4.5) or with one that is taken.
using System.Security.Cryptography;
using System.Text;

namespace Workbook.Notebooks.Documents;

/// <summary>Derives cell ids from place and text, so that reading a file twice gives the same ids.</summary>
internal static class CellIds
{
    internal static string For(int index, string source) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{index}\n{source}")))[..8];

    internal static bool IsValid(string? id) =>
        id is { Length: >= 1 and <= 64 } && id.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_');
}
