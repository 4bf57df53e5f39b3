// Gathers a cell's outputs as they are stored in a notebook.
using System.Text;
using Workbook.Notebooks.Documents;
using Workbook.Notebooks.Sessions;

namespace Workbook.Notebooks.Running;

/// <summary>Gathers outputs of the cells of one notebook: consecutive text of a stream is joined, updates replace what they name, also in earlier cells.</summary>
public sealed class OutputCollector
{
    /// <summary>A cell that writes without end must not fill the memory, nor the notebook.</summary>
    private const int LongestText = 10_000_000;

    private readonly Lock gate = new();
    private readonly Dictionary<string, (Cell Cell, int Index)> shown = [];

    /// <summary>Starts a cell's outputs.</summary>
    /// <param name="executionCount">The cell's execution number, stored with its result.</param>
    /// <returns>Where the cell's outputs go.</returns>
    public Cell Start(int executionCount) => new(this, executionCount);

    /// <summary>The outputs of one cell.</summary>
    public sealed class Cell : IOutputSink
    {
        private readonly OutputCollector collector;
        private readonly int executionCount;
        private int textLength;
        private readonly List<object> entries = []; // NotebookOutput, or OpenStream while text may still be added

        internal Cell(OutputCollector collector, int executionCount)
        {
            this.collector = collector;
            this.executionCount = executionCount;
        }

        private sealed record OpenStream(string Name, StringBuilder Text);

        /// <summary>What was shown so far.</summary>
        public IReadOnlyList<NotebookOutput> Outputs
        {
            get
            {
                lock (collector.gate)
                    return [.. entries.Select(entry => entry is OpenStream stream ? new StreamOutput(stream.Name, stream.Text.ToString()) : (NotebookOutput)entry)];
            }
        }

        /// <inheritdoc/>
        public void WriteText(string stream, string text)
        {
            lock (collector.gate)
            {
                if (textLength > LongestText)
                    return;
                textLength += text.Length;
                if (textLength > LongestText)
                    text = $"\n… the cell wrote more than {LongestText / 1_000_000} million characters; the rest is left out\n";
                if (entries is [.., OpenStream last] && last.Name == stream)
                    last.Text.Append(text);
                else
                    entries.Add(new OpenStream(stream, new StringBuilder(text)));
            }
        }

        /// <inheritdoc/>
        public void Display(string displayId, IReadOnlyList<MimeContent> data)
        {
            lock (collector.gate)
            {
                collector.shown[displayId] = (this, entries.Count);
                entries.Add(new DisplayOutput(data));
            }
        }

        /// <inheritdoc/>
        public void Update(string displayId, IReadOnlyList<MimeContent> data)
        {
            lock (collector.gate)
                if (collector.shown.TryGetValue(displayId, out var place))
                    place.Cell.entries[place.Index] = new DisplayOutput(data);
        }

        /// <inheritdoc/>
        public void Result(IReadOnlyList<MimeContent> data)
        {
            lock (collector.gate)
                entries.Add(new ResultOutput(data, executionCount));
        }

        /// <inheritdoc/>
        public void Error(CellError error)
        {
            lock (collector.gate)
                entries.Add(new ErrorOutput(error.Name, error.Message, error.Traceback));
        }
    }
}
