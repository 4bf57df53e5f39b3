// From pieces back to a text as sentencepiece does (sentencepiece_processor.cc, Decode).
using System.Text;

namespace ModelBalancing.Text.Tokenizers;

/// <summary>Joins pieces; control symbols are invisible, byte pieces become characters.</summary>
internal sealed record SentencePieceDecoder : TokenDecoder
{
    private const string Mark = "▁";

    private readonly SentencePieceModel model;
    private readonly Dictionary<string, PieceKind> kinds = new(StringComparer.Ordinal);

    public SentencePieceDecoder(SentencePieceModel model)
    {
        this.model = model;
        foreach (var (text, _, kind) in model.Pieces)
            kinds[text] = kind;
    }

    public override List<string> Apply(List<string> tokens)
    {
        var (text, bytes) = (new StringBuilder(), new List<byte>());
        bool atBegin = true, markTaken = false;
        foreach (string token in tokens)
        {
            var kind = kinds.GetValueOrDefault(token, PieceKind.Unknown);
            if (kind == PieceKind.Byte && IsByte(token, out byte value))
            {
                bytes.Add(value);
                continue;
            }
            AppendBytes(bytes, text);
            if (markTaken || text.Length > 0)
                atBegin = false;
            string piece = token;
            markTaken = false;
            if (kind == PieceKind.Control)
            {
                piece = "";
            }
            else if (kind == PieceKind.Unknown)
            {
                piece = kinds.ContainsKey(token) ? model.UnknownSurface : token;
            }
            else
            {
                if (atBegin && (model.AddDummyPrefix || model.RemoveExtraWhitespaces) && piece.StartsWith(Mark, StringComparison.Ordinal))
                {
                    piece = piece[1..];
                    markTaken = !model.RemoveExtraWhitespaces;
                }
                piece = piece.Replace(Mark, " ", StringComparison.Ordinal);
            }
            text.Append(piece);
        }
        AppendBytes(bytes, text);
        return [text.ToString()];
    }

    private static void AppendBytes(List<byte> bytes, StringBuilder text)
    {
        ReadOnlySpan<byte> rest = bytes.ToArray();
        while (!rest.IsEmpty)
        {
            bool valid = Rune.DecodeFromUtf8(rest, out var rune, out int consumed) == System.Buffers.OperationStatus.Done;
            text.Append(valid ? rune.ToString() : "\uFFFD");
            rest = rest[(valid ? consumed : 1)..];
        }
        bytes.Clear();
    }
}
