// A cell's outputs as messages: text gathered, updates thinned, in the order they were made.
using System.Text;
using System.Text.Json;
using Workbook.Notebooks.Documents;
using Workbook.Notebooks.Sessions;

namespace Workbook.Notebooks.Jupyter;

/// <summary>Publishes the outputs of one cell. Text goes out every 50 ms or 16,000 characters, updates of one display at most 20 times a second.</summary>
/// <param name="publish">Sends a message: its type, and what writes its content.</param>
/// <param name="executionCount">The cell's number, for its result.</param>
/// <param name="pending">Called when something waits to be flushed.</param>
internal sealed class JupyterSink(Action<string, Action<Utf8JsonWriter>> publish, int executionCount, Action<JupyterSink> pending) : IOutputSink
{
    private const int FullText = 16_000;
    private const int MostPerSecond = 500; // notebook servers stop outputs beyond 1000 messages a second
    private readonly Lock gate = new();
    private readonly StringBuilder text = new();
    private readonly List<(string Id, IReadOnlyList<MimeContent> Data)> updates = [];
    private string stream = "";
    private long second;
    private int inSecond;

    /// <inheritdoc/>
    public void WriteText(string stream, string text)
    {
        bool first;
        lock (gate)
        {
            if (this.stream != stream)
                FlushText();
            this.stream = stream;
            first = this.text.Length == 0;
            this.text.Append(text);
            if (this.text.Length >= FullText)
                FlushText();
        }
        if (first)
            pending(this);
    }

    /// <inheritdoc/>
    public void Display(string displayId, IReadOnlyList<MimeContent> data)
    {
        int pause;
        lock (gate)
        {
            Flush();
            publish("display_data", writer => WriteDisplay(writer, displayId, data));
            pause = Pause();
        }
        if (pause > 0)
            Thread.Sleep(pause);
    }

    /// <inheritdoc/>
    public void Update(string displayId, IReadOnlyList<MimeContent> data)
    {
        lock (gate)
        {
            updates.RemoveAll(update => update.Id == displayId);
            updates.Add((displayId, data));
        }
        pending(this);
    }

    /// <inheritdoc/>
    public void Result(IReadOnlyList<MimeContent> data)
    {
        lock (gate)
        {
            Flush();
            if (data.Count == 0)
                return;
            publish("execute_result", writer =>
            {
                writer.WriteNumber("execution_count", executionCount);
                WriteData(writer, data);
            });
        }
    }

    /// <inheritdoc/>
    public void Error(CellError error)
    {
        lock (gate)
        {
            Flush();
            publish("error", writer => WriteError(writer, error));
        }
    }

    /// <summary>Sends what was gathered.</summary>
    internal void Flush()
    {
        lock (gate)
        {
            FlushText();
            foreach (var (id, data) in updates)
                publish("update_display_data", writer => WriteDisplay(writer, id, data));
            updates.Clear();
        }
    }

    /// <summary>The members of an error, in its own message and in the reply.</summary>
    internal static void WriteError(Utf8JsonWriter writer, CellError error)
    {
        writer.WriteString("ename", error.Name);
        writer.WriteString("evalue", error.Message);
        writer.WriteStartArray("traceback");
        foreach (string line in error.Traceback)
            writer.WriteStringValue(line);
        writer.WriteEndArray();
    }

    /// <summary>The members <c>data</c> and <c>metadata</c>.</summary>
    internal static void WriteData(Utf8JsonWriter writer, IReadOnlyList<MimeContent> data)
    {
        writer.WriteStartObject("data");
        foreach (MimeContent content in data)
        {
            writer.WritePropertyName(content.MimeType);
            if (content.IsJson && IsJson(content.Text))
                writer.WriteRawValue(content.Text);
            else
                writer.WriteStringValue(content.Text);
        }
        writer.WriteEndObject();
        writer.WriteStartObject("metadata");
        writer.WriteEndObject();
    }

    private static bool IsJson(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return true;
        }
        catch (JsonException)
        {
            return false; // a cell showed text that is not JSON under a JSON type: it goes out as text
        }
    }

    private static void WriteDisplay(Utf8JsonWriter writer, string id, IReadOnlyList<MimeContent> data)
    {
        WriteData(writer, data);
        writer.WriteStartObject("transient");
        writer.WriteString("display_id", id);
        writer.WriteEndObject();
    }

    private void FlushText()
    {
        if (text.Length == 0)
            return;
        string written = text.ToString(), name = stream;
        text.Clear();
        publish("stream", writer =>
        {
            writer.WriteString("name", name);
            writer.WriteString("text", written);
        });
    }

    /// <summary>How long the cell should wait, ms, because it shows values faster than servers take them.</summary>
    private int Pause()
    {
        long now = Environment.TickCount64;
        if (now / 1000 != second)
            (second, inSecond) = (now / 1000, 0);
        return ++inSecond > MostPerSecond ? (int)(1000 - now % 1000) : 0;
    }
}
