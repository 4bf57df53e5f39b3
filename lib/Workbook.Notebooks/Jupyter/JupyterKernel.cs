// A Jupyter kernel over a C# session: five sockets, one queue of requests, and an urgent door for interrupts.
using System.Text.Json;
using Workbook.Notebooks.Language;
using Workbook.Notebooks.Sessions;
using Workbook.Notebooks.Zmtp;

namespace Workbook.Notebooks.Jupyter;

/// <summary>Answers the Jupyter messaging protocol 5.3 until it is told to shut down.</summary>
/// <remarks>
/// Shell requests are answered one after another on a thread of their own; control requests at once, on the thread they arrive on. What is not signed
/// with the connection's key, is played again, is too large or cannot be read is logged and never answered.
/// </remarks>
internal sealed class JupyterKernel : IDisposable
{
    internal const string ProtocolVersion = "5.3";
    private const int LargestMessage = 64 << 20, LargestHeartbeat = 1 << 12;
    private static readonly TimeSpan FlushInterval = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LateArrivals = TimeSpan.FromMilliseconds(30);
    private static readonly TimeSpan SubscriberTime = TimeSpan.FromSeconds(1);

    private readonly JupyterWire wire;
    private readonly KernelLog log;
    private readonly CSharpSession session;
    private readonly LanguageService language;
    private readonly ZmtpServer shell, control, stdin, iopub, heartbeat;
    private readonly Queue<Request> requests = new();
    private readonly HashSet<JupyterSink> pending = [];
    private readonly Lock publishing = new();
    private readonly ManualResetEventSlim ended = new();
    private readonly string topic = $"kernel.{Guid.NewGuid():N}";
    private Question? question;
    private volatile Request? executing;
    private volatile bool isEnding;
    private int executionCount;
    private long abortBefore, arrived;

    /// <summary>A shell request, checked and ready to be answered.</summary>
    private sealed record Request(JupyterMessage Message, ZmtpConnection From, Action Answer, bool CanBeAborted)
    {
        internal long Number { get; set; }

        internal bool AllowsInput { get; init; }
    }

    /// <summary>A line asked of the user.</summary>
    private sealed record Question(byte[] Identity, TaskCompletionSource<string> Line);

    /// <summary>Binds the sockets.</summary>
    /// <param name="connection">Ports and key.</param>
    /// <param name="log">Takes what is refused.</param>
    internal JupyterKernel(ConnectionFile connection, KernelLog log)
    {
        this.log = log;
        wire = new JupyterWire(connection.Key);
        session = new CSharpSession(new SessionOptions { Ask = Ask });
        language = new LanguageService(session);
        ZmtpServer Bind(string name, string type, int port, int largest, Action<ZmtpConnection, IReadOnlyList<byte[]>> received) =>
            new(name, type, connection.Address, port, largest, received, log.Write);
        iopub = Bind("iopub", "XPUB", connection.Iopub, LargestHeartbeat, static (_, _) => { });
        stdin = Bind("stdin", "ROUTER", connection.Stdin, LargestMessage, (from, frames) => Checked("stdin", from, frames, TakeInput));
        heartbeat = Bind("heartbeat", "REP", connection.Heartbeat, LargestHeartbeat, static (from, frames) => from.Send([.. frames.Select(frame => (ReadOnlyMemory<byte>)frame)]));
        control = Bind("control", "ROUTER", connection.Control, LargestMessage, (from, frames) => Checked("control", from, frames, Control));
        shell = Bind("shell", "ROUTER", connection.Shell, LargestMessage, (from, frames) => Checked("shell", from, frames, Enqueue));
        new Thread(FlushPending, 256 << 10) { IsBackground = true, Name = "flushes output" }.Start();
        new Thread(Answer) { IsBackground = true, Name = "shell" }.Start();
    }

    /// <summary>Waits until the kernel was told to end, and what it had to say is sent.</summary>
    internal void WaitForEnd()
    {
        ended.Wait();
        foreach (ZmtpServer socket in (ZmtpServer[])[shell, control, iopub])
            socket.Drain(TimeSpan.FromMilliseconds(500));
    }

    /// <summary>Stops the running cell, as the interrupt message does.</summary>
    internal void Interrupt() => session.Interrupt();

    /// <summary>Ends <see cref="WaitForEnd"/>.</summary>
    internal void End() => ended.Set();

    public void Dispose()
    {
        foreach (ZmtpServer socket in (ZmtpServer[])[shell, control, stdin, iopub, heartbeat])
            socket.Dispose();
        session.Dispose();
    }

    /// <summary>Nothing that arrives ends the kernel: what cannot be read is logged.</summary>
    private void Checked(string socket, ZmtpConnection from, IReadOnlyList<byte[]> frames, Action<JupyterMessage, ZmtpConnection> take)
    {
        try
        {
            take(wire.Read(frames), from);
        }
        catch (RefusedMessageException refused)
        {
            log.Write($"a message on {socket} is dropped: {refused.Message}");
        }
        catch (Exception error) when (error is InvalidOperationException or KeyNotFoundException or FormatException)
        {
            log.Write($"a message on {socket} is dropped: malformed content: {error.Message}");
        }
    }

    // ---- shell

    private void Enqueue(JupyterMessage message, ZmtpConnection from)
    {
        Request request = Prepare(message, from);
        lock (requests)
        {
            request.Number = ++arrived;
            requests.Enqueue(request);
            Monitor.Pulse(requests);
        }
    }

    private Request Next()
    {
        lock (requests)
        {
            while (requests.Count == 0)
                Monitor.Wait(requests);
            return requests.Dequeue();
        }
    }

    private void Answer()
    {
        while (!ended.IsSet)
        {
            Request request = Next();
            bool aborted = request.CanBeAborted && request.Number <= Volatile.Read(ref abortBefore);
            Within(request.Message, aborted
                ? () => Reply(request.From, request.Message, "execute_reply", static writer => writer.WriteString("status", "aborted"))
                : request.Answer);
        }
    }

    /// <summary>Answers between the messages that say busy and idle.</summary>
    private void Within(JupyterMessage message, Action answer)
    {
        Publish(message.Header, "status", static writer => writer.WriteString("execution_state", "busy"));
        try
        {
            answer();
        }
        catch (Exception error)
        {
            log.Write($"{message.Type} failed: {error}");
        }
        finally
        {
            Publish(message.Header, "status", static writer => writer.WriteString("execution_state", "idle"));
            if (isEnding)
                ended.Set();
        }
    }

    /// <summary>Reads all of a request before anything is answered, so that a malformed one is dropped whole.</summary>
    private Request Prepare(JupyterMessage message, ZmtpConnection from)
    {
        JsonElement content = message.Content;
        Request Simple(Action answer) => new(message, from, answer, CanBeAborted: false);
        Request OkReply(Action<Utf8JsonWriter> members) => Simple(() => Reply(from, message, message.Type.Replace("_request", "_reply", StringComparison.Ordinal), writer =>
        {
            writer.WriteString("status", "ok");
            members(writer);
        }));
        switch (message.Type)
        {
            case "kernel_info_request":
                return Simple(() =>
                {
                    iopub.WaitForSubscriber(SubscriberTime); // else the first outputs could be lost
                    Reply(from, message, "kernel_info_reply", WriteKernelInfo);
                });
            case "execute_request":
                return PrepareExecution(message, from);
            case "is_complete_request":
                string typed = content.GetProperty("code").GetString()!;
                return Simple(() => Reply(from, message, "is_complete_reply", writer =>
                {
                    var (status, indent) = LanguageService.IsComplete(typed);
                    writer.WriteString("status", status);
                    if (status == "incomplete")
                        writer.WriteString("indent", indent);
                }));
            case "complete_request":
                var (text, position) = (content.GetProperty("code").GetString()!, content.GetProperty("cursor_pos").GetInt32());
                return OkReply(writer => WriteCompletions(writer, text, position));
            case "inspect_request":
                var (code, place) = (content.GetProperty("code").GetString()!, content.GetProperty("cursor_pos").GetInt32());
                return OkReply(writer => WriteInspection(writer, code, place));
            case "history_request":
                return OkReply(static writer =>
                {
                    writer.WriteStartArray("history");
                    writer.WriteEndArray();
                });
            case "comm_info_request":
                return OkReply(static writer =>
                {
                    writer.WriteStartObject("comms");
                    writer.WriteEndObject();
                });
            case "comm_open":
                string id = content.GetProperty("comm_id").GetString() ?? throw new FormatException("comm_id is null");
                return Simple(() => Publish(message.Header, "comm_close", writer => // there is nothing here to talk to
                {
                    writer.WriteString("comm_id", id);
                    writer.WriteStartObject("data");
                    writer.WriteEndObject();
                }));
            case "shutdown_request":
                return Simple(() => Shutdown(message, from));
            case "interrupt_request":
                return OkReply(_ => session.Interrupt());
            default:
                throw new RefusedMessageException($"{message.Type} is not a message this kernel knows");
        }
    }

    private Request PrepareExecution(JupyterMessage message, ZmtpConnection from)
    {
        JsonElement content = message.Content;
        string code = content.GetProperty("code").GetString() ?? throw new FormatException("code is null");
        bool Flag(string name, bool otherwise) => content.TryGetProperty(name, out JsonElement value) ? value.GetBoolean() : otherwise;
        bool silent = Flag("silent", false), stopOnError = Flag("stop_on_error", true);
        string[] expressions = content.TryGetProperty("user_expressions", out JsonElement asked) && asked.ValueKind == JsonValueKind.Object
            ? [.. asked.EnumerateObject().Select(entry => entry.Name)] : [];
        Request request = null!;
        request = new Request(message, from, () => Execute(request, code, silent, stopOnError, expressions), CanBeAborted: true) { AllowsInput = Flag("allow_stdin", true) };
        return request;
    }

    private void Execute(Request request, string code, bool silent, bool stopOnError, string[] expressions)
    {
        JupyterMessage message = request.Message;
        if (!silent)
            Publish(message.Header, "execute_input", writer =>
            {
                writer.WriteString("code", code);
                writer.WriteNumber("execution_count", executionCount + 1);
            });
        if (!silent)
            executionCount++;
        int number = Math.Max(1, executionCount);
        var sink = new JupyterSink((type, content) =>
        {
            if (!silent)
                Publish(message.Header, type, content);
        }, number, Later);
        CellResult result = new(CellStatus.Succeeded, TimeSpan.Zero);
        if (!string.IsNullOrWhiteSpace(code))
        {
            executing = request;
            result = session.ExecuteAsync(code, number, sink).GetAwaiter().GetResult();
            executing = null;
        }
        sink.Flush();
        if (result.Error is not null && stopOnError)
        {
            Thread.Sleep(LateArrivals); // requests sent together with this one may still be on their way
            lock (requests)
                Volatile.Write(ref abortBefore, arrived);
        }
        Reply(request.From, message, "execute_reply", writer =>
        {
            writer.WriteString("status", result.Error is null ? "ok" : "error");
            writer.WriteNumber("execution_count", executionCount);
            if (result.Error is { } error)
            {
                JupyterSink.WriteError(writer, error);
                return;
            }
            writer.WriteStartArray("payload");
            writer.WriteEndArray();
            writer.WriteStartObject("user_expressions");
            foreach (string name in expressions)
            {
                writer.WriteStartObject(name);
                writer.WriteString("status", "error");
                JupyterSink.WriteError(writer, new CellError("NotSupported", "This kernel evaluates no user expressions: execute a cell instead.", []));
                writer.WriteEndObject();
            }
            writer.WriteEndObject();
        });
    }

    private static void WriteKernelInfo(Utf8JsonWriter writer)
    {
        string version = typeof(JupyterKernel).Assembly.GetName().Version?.ToString(3) ?? "1.0.0";
        writer.WriteString("status", "ok");
        writer.WriteString("protocol_version", ProtocolVersion);
        writer.WriteString("implementation", "workbook");
        writer.WriteString("implementation_version", version);
        writer.WriteStartObject("language_info");
        writer.WriteString("name", "C#");
        writer.WriteString("version", "14.0");
        writer.WriteString("mimetype", "text/x-csharp");
        writer.WriteString("file_extension", ".cs");
        writer.WriteString("pygments_lexer", "csharp");
        writer.WriteString("codemirror_mode", "text/x-csharp");
        writer.WriteEndObject();
        writer.WriteString("banner", $"C# 14 on .NET {Environment.Version}, the workbook's own kernel");
        writer.WriteBoolean("debugger", false);
        writer.WriteStartArray("help_links");
        writer.WriteEndArray();
    }

    private void WriteCompletions(Utf8JsonWriter writer, string code, int cursor)
    {
        Completions completions = language.Complete(code, CodePoints.ToIndex(code, cursor));
        int start = CodePoints.FromIndex(code, completions.Start), end = CodePoints.FromIndex(code, completions.End);
        writer.WriteNumber("cursor_start", start);
        writer.WriteNumber("cursor_end", end);
        writer.WriteStartArray("matches");
        foreach (Completion match in completions.Matches)
            writer.WriteStringValue(match.Text);
        writer.WriteEndArray();
        writer.WriteStartObject("metadata");
        writer.WriteStartArray("_jupyter_types_experimental"); // the icons of JupyterLab and VS Code
        foreach (Completion match in completions.Matches)
        {
            writer.WriteStartObject();
            writer.WriteString("text", match.Text);
            writer.WriteString("type", match.Kind);
            writer.WriteNumber("start", start);
            writer.WriteNumber("end", end);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private void WriteInspection(Utf8JsonWriter writer, string code, int cursor)
    {
        Inspection? found = language.Inspect(code, CodePoints.ToIndex(code, cursor));
        writer.WriteBoolean("found", found is not null);
        JupyterSink.WriteData(writer, found is null ? [] : [new("text/markdown", found.Markdown), new("text/plain", found.Plain)]);
    }

    // ---- control

    private void Control(JupyterMessage message, ZmtpConnection from) => Within(message, PrepareControl(message, from).Answer);

    private Request PrepareControl(JupyterMessage message, ZmtpConnection from) =>
        message.Type is "kernel_info_request" or "interrupt_request" or "shutdown_request"
            ? Prepare(message, from) : throw new RefusedMessageException($"{message.Type} does not belong there");

    private void Shutdown(JupyterMessage message, ZmtpConnection from)
    {
        bool restart = message.Content.TryGetProperty("restart", out JsonElement value) && value.ValueKind == JsonValueKind.True;
        void Members(Utf8JsonWriter writer)
        {
            writer.WriteString("status", "ok");
            writer.WriteBoolean("restart", restart);
        }
        Reply(from, message, "shutdown_reply", Members);
        Publish(message.Header, "shutdown_reply", Members);
        isEnding = true; // the end itself comes after the idle message
    }

    // ---- stdin

    private string Ask(string prompt, bool isPassword)
    {
        Request request = executing ?? throw new InvalidOperationException("Input can be asked for only while a cell runs.");
        if (!request.AllowsInput)
            throw new InvalidOperationException("The cell asks for input, but the front end that runs it has no user to ask: set the value in the cell instead.");
        byte[] identity = request.From.Identity;
        ZmtpConnection user = stdin.Find(identity) ?? throw new InvalidOperationException("The cell asks for input, but the front end that runs it listens to no questions.");
        FlushAll();
        var asked = new Question(identity, new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously));
        question = asked;
        user.Send(wire.Write([], "input_request", request.Message.Header, writer =>
        {
            writer.WriteString("prompt", prompt);
            writer.WriteBoolean("password", isPassword);
        }));
        try
        {
            return asked.Line.Task.GetAwaiter().GetResult();
        }
        finally
        {
            question = null;
        }
    }

    private void TakeInput(JupyterMessage message, ZmtpConnection from)
    {
        if (message.Type != "input_reply")
            throw new RefusedMessageException($"{message.Type} does not belong there");
        string line = message.Content.GetProperty("value").GetString() ?? "";
        if (question is { } asked && asked.Identity.AsSpan().SequenceEqual(from.Identity))
            asked.Line.TrySetResult(line);
    }

    // ---- out

    private void Reply(ZmtpConnection to, JupyterMessage parent, string type, Action<Utf8JsonWriter> content) =>
        to.Send(wire.Write(parent.Identities, type, parent.Header, content));

    private void Publish(byte[] parent, string type, Action<Utf8JsonWriter> content)
    {
        lock (publishing)
            iopub.Publish(wire.Write([System.Text.Encoding.ASCII.GetBytes($"{topic}.{type}")], type, parent, content));
    }

    private void Later(JupyterSink sink)
    {
        lock (pending)
        {
            pending.Add(sink);
            Monitor.Pulse(pending);
        }
    }

    private void FlushPending()
    {
        while (!ended.IsSet)
        {
            lock (pending)
                while (pending.Count == 0)
                    Monitor.Wait(pending);
            Thread.Sleep(FlushInterval);
            FlushAll();
        }
    }

    private void FlushAll()
    {
        JupyterSink[] due;
        lock (pending)
        {
            due = [.. pending];
            pending.Clear();
        }
        foreach (JupyterSink sink in due)
            sink.Flush();
    }
}
