// The lines of a text file, strictly UTF-8.
using System.Text;

namespace ModelBalancing.Text.Tasks;

internal static class TextLines
{
    private static readonly UTF8Encoding strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Number (from 1) and text of every line; line ends of either kind and a leading byte order mark are removed, nothing else is.</summary>
    /// <exception cref="TextFileException">The file is missing or not UTF-8.</exception>
    /// <remarks>Only \n ends a line: GLUE's files hold other line separators inside fields.</remarks>
    public static IEnumerable<(int Number, string Text)> Of(string path)
    {
        byte[] bytes = ReadAll(path);
        int number = 0;
        for (int begin = bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? 3 : 0; begin < bytes.Length;)
        {
            int length = bytes.AsSpan(begin).IndexOf((byte)'\n');
            int end = length < 0 ? bytes.Length : begin + length;
            int past = end > begin && bytes[end - 1] == '\r' ? end - 1 : end;
            yield return (++number, Decode(path, number, bytes.AsSpan(begin, past - begin)));
            begin = end + 1;
        }
    }

    /// <summary>The whole file as text.</summary>
    /// <inheritdoc cref="Of"/>
    public static string Whole(string path)
    {
        var text = new StringBuilder();
        foreach (var (_, line) in Of(path))
            text.Append(line).Append('\n');
        return text.ToString();
    }

    private static byte[] ReadAll(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception missing) when (missing is IOException or UnauthorizedAccessException)
        {
            throw new TextFileException($"'{path}' cannot be read ({(Directory.Exists(path) ? "it is a folder, a file is wanted" : missing.Message.TrimEnd('.'))}).", missing);
        }
    }

    private static string Decode(string path, int number, ReadOnlySpan<byte> line)
    {
        try
        {
            return strict.GetString(line);
        }
        catch (DecoderFallbackException wrong)
        {
            throw new TextFileException($"'{path}', line {number}: not UTF-8 (byte {wrong.BytesUnknown?.FirstOrDefault():X2}); convert the file, for example with iconv -t UTF-8.", wrong);
        }
    }
}
