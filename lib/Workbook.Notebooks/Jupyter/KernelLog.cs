// What the kernel tells whoever started it: lines on the process's own standard error, not on a cell's.
namespace Workbook.Notebooks.Jupyter;

/// <summary>Takes lines; a flood of them is counted and not written.</summary>
/// <param name="writer">Where to.</param>
internal sealed class KernelLog(TextWriter writer)
{
    private const int Shown = 100, Then = 1000;
    private readonly Lock gate = new();
    private long count;

    internal void Write(string line)
    {
        lock (gate)
        {
            count++;
            if (count > Shown && count % Then != 0)
                return;
            try
            {
                writer.WriteLine(count > Shown ? $"workbook kernel: {line} ({count} lines so far, most of them left out)" : $"workbook kernel: {line}");
                writer.Flush();
            }
            catch (IOException)
            {
                count = long.MinValue; // whoever read the log is gone; the kernel goes on without
            }
        }
    }
}
