// One peer of a socket: a thread that reads, a thread that writes.
using System.Net.Sockets;

namespace Workbook.Notebooks.Zmtp;

/// <summary>A connected peer. Both directions have threads of their own: a cell that fills the thread pool cannot keep an interrupt from arriving.</summary>
internal sealed class ZmtpConnection
{
    private const int LongestQueue = 256 << 20;
    private const int StackBytes = 256 << 10;
    private static readonly TimeSpan HandshakeTime = TimeSpan.FromSeconds(10);

    private readonly ZmtpServer server;
    private readonly Socket socket;
    private readonly Stream stream;
    private readonly Queue<byte[]> waiting = new();
    private readonly List<byte[]> topics = [];
    private long queued;
    private bool closed, isWriting;
    private long left;

    internal ZmtpConnection(ZmtpServer server, Socket socket, long number)
    {
        this.server = server;
        this.socket = socket;
        socket.NoDelay = true;
        stream = new NetworkStream(socket, ownsSocket: true);
        Identity = [0, .. BitConverter.GetBytes((int)number)];
    }

    /// <summary>What the peer calls itself, or what the server calls a peer without a name.</summary>
    internal byte[] Identity { get; private set; }

    internal void Start() => new Thread(Read, StackBytes) { IsBackground = true, Name = $"{server.Name} in" }.Start();

    internal void Send(IReadOnlyList<ReadOnlyMemory<byte>> frames) => Enqueue(ZmtpFrames.Message(frames));

    /// <summary>Queues whole messages. What a peer that reads nothing does not take is dropped, so that it cannot fill the memory.</summary>
    internal void Enqueue(byte[] bytes)
    {
        lock (waiting)
        {
            if (closed)
                return;
            if (queued + bytes.Length > LongestQueue)
            {
                if (left++ == 0)
                    server.Log($"{server.Name}: a peer does not read; messages to it are dropped");
                return;
            }
            queued += bytes.Length;
            waiting.Enqueue(bytes);
            Monitor.PulseAll(waiting);
        }
    }

    /// <summary>True when a message of this topic is wanted.</summary>
    internal bool Wants(ReadOnlySpan<byte> topic)
    {
        lock (topics)
        {
            foreach (byte[] prefix in topics)
                if (topic.StartsWith(prefix))
                    return true;
            return false;
        }
    }

    internal void Close()
    {
        lock (waiting)
        {
            if (closed)
                return;
            closed = true;
            Monitor.PulseAll(waiting);
        }
        stream.Dispose();
        server.Closed(this);
    }

    /// <summary>Waits until everything queued is with the system.</summary>
    internal void Drain(TimeSpan time)
    {
        long end = Environment.TickCount64 + (long)time.TotalMilliseconds;
        lock (waiting)
            while (!closed && (waiting.Count > 0 || isWriting) && end - Environment.TickCount64 is > 0 and var rest)
                Monitor.Wait(waiting, (int)rest);
    }

    private void Read()
    {
        try
        {
            var input = new BufferedStream(stream, 1 << 16);
            Handshake(input);
            new Thread(Write, StackBytes) { IsBackground = true, Name = $"{server.Name} out" }.Start();
            var frames = new List<byte[]>();
            long size = 0;
            while (true)
            {
                ZmtpFrame frame = ZmtpFrames.Read(input, server.LargestMessage);
                if (frame.IsCommand)
                {
                    Obey(frame.Body);
                    continue;
                }
                frames.Add(frame.Body);
                size += frame.Body.Length;
                if (size > server.LargestMessage || frames.Count > ZmtpServer.MostFrames)
                    throw new ZmtpException($"a message has more than {ZmtpServer.MostFrames} frames or {server.LargestMessage} bytes");
                if (frame.HasMore)
                    continue;
                Take(frames);
                frames = [];
                size = 0;
            }
        }
        catch (ZmtpException error)
        {
            server.Log($"{server.Name}: connection closed: {error.Message}");
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or SocketException)
        {
            return; // the peer went away, which is how every connection ends
        }
        finally
        {
            Close();
        }
    }

    private void Handshake(Stream input)
    {
        stream.ReadTimeout = (int)HandshakeTime.TotalMilliseconds;
        stream.Write(ZmtpFrames.Greeting());
        var greeting = new byte[ZmtpFrames.GreetingLength];
        input.ReadExactly(greeting);
        ZmtpFrames.CheckGreeting(greeting);
        stream.Write(ZmtpFrames.Ready(server.SocketType));
        ZmtpFrame frame = ZmtpFrames.Read(input, 1 << 12);
        if (!frame.IsCommand || ZmtpFrames.ReadCommand(frame.Body) is not ("READY", var data))
            throw new ZmtpException("the peer does not say READY");
        Dictionary<string, byte[]> properties = ZmtpFrames.Properties(data);
        string peer = properties.TryGetValue("socket-type", out byte[]? type) ? System.Text.Encoding.ASCII.GetString(type) : "";
        if (!server.Accepts(peer))
            throw new ZmtpException($"a {server.SocketType} socket does not talk to a {peer} socket");
        if (properties.TryGetValue("identity", out byte[]? identity) && identity.Length is > 0 and <= 255)
            Identity = identity;
        if (!server.Opened(this))
            throw new ZmtpException("another peer has the same identity");
        stream.ReadTimeout = Timeout.Infinite;
    }

    private void Take(List<byte[]> frames)
    {
        if (server.SocketType != "XPUB")
            server.Received(this, frames);
        else if (frames is [[1, .. var wanted]])
            Subscribe(wanted);
        else if (frames is [[0, .. var unwanted]])
            Unsubscribe(unwanted);
    }

    private void Obey(byte[] body)
    {
        switch (ZmtpFrames.ReadCommand(body))
        {
            case ("PING", { Length: >= 2 } data):
                Enqueue(ZmtpFrames.CommandFrame("PONG", data.AsSpan(2)));
                break;
            case ("SUBSCRIBE", var topic):
                Subscribe(topic);
                break;
            case ("CANCEL", var topic):
                Unsubscribe(topic);
                break;
        }
    }

    private void Subscribe(byte[] topic)
    {
        lock (topics)
        {
            if (topics.Count == 1000)
                throw new ZmtpException("a peer has more than 1000 subscriptions");
            topics.Add(topic);
        }
        server.Subscribed();
    }

    private void Unsubscribe(byte[] topic)
    {
        lock (topics)
            if (topics.FindIndex(known => known.AsSpan().SequenceEqual(topic)) is >= 0 and var index)
                topics.RemoveAt(index);
    }

    private void Write()
    {
        try
        {
            while (Next() is { } bytes)
                stream.Write(bytes);
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or SocketException)
        {
            Close();
        }
    }

    private byte[]? Next()
    {
        lock (waiting)
        {
            isWriting = false;
            Monitor.PulseAll(waiting);
            while (waiting.Count == 0 && !closed)
                Monitor.Wait(waiting);
            if (closed)
                return null;
            isWriting = true;
            byte[] bytes = waiting.Dequeue();
            queued -= bytes.Length;
            return bytes;
        }
    }
}
