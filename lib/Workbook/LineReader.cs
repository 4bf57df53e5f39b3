// Lines of a stream as bytes, without waiting for more than a line needs.

namespace Workbook;

/// <summary>Cuts a stream at line feeds only; a carriage return before one belongs to the line's end.</summary>
internal sealed class LineReader(Stream input) : IDisposable
{
    private byte[] buffer = new byte[1 << 16];
    private int start, end;

    /// <summary>Next line without its end.</summary>
    /// <param name="line">Valid until the next call.</param>
    /// <param name="beforeWaiting">Called before the stream is read.</param>
    public bool Next(out ReadOnlyMemory<byte> line, Action beforeWaiting)
    {
        int searched = start;
        while (true)
        {
            int found = buffer.AsSpan(searched, end - searched).IndexOf((byte)'\n');
            if (found >= 0)
            {
                line = Trimmed(start, searched + found);
                start = searched + found + 1;
                return true;
            }
            searched = end;
            if (end == buffer.Length)
            {
                // The line goes on: move it to the front, or make room.
                if (start > 0)
                    buffer.AsSpan(start, end - start).CopyTo(buffer);
                else
                    Array.Resize(ref buffer, 2 * buffer.Length);
                (searched, end, start) = (searched - start, end - start, 0);
            }
            beforeWaiting();
            int count = input.Read(buffer, end, buffer.Length - end);
            if (count == 0)
            {
                line = Trimmed(start, end);
                bool any = end > start;
                start = end;
                return any;
            }
            end += count;
        }
    }

    public void Dispose() => input.Dispose();

    private ReadOnlyMemory<byte> Trimmed(int from, int to) => buffer.AsMemory(from, to > from && buffer[to - 1] == '\r' ? to - 1 - from : to - from);
}
