// A bound ZeroMQ socket in managed code: as much of ZMTP 3.0 as a Jupyter kernel needs, over TCP on loopback.
using System.Net;
using System.Net.Sockets;

namespace Workbook.Notebooks.Zmtp;

/// <summary>A bound socket that any number of peers connect to.</summary>
internal sealed class ZmtpServer : IDisposable
{
    internal const int MostFrames = 64;
    private const int MostConnections = 64;

    private readonly TcpListener listener;
    private readonly Action<ZmtpConnection, IReadOnlyList<byte[]>> received;
    private readonly string[] peers;
    private readonly List<ZmtpConnection> open = [];
    private readonly ManualResetEventSlim subscribed = new();
    private int connecting;
    private volatile bool disposed;

    /// <summary>Binds and listens.</summary>
    /// <param name="name">How the log names the socket.</param>
    /// <param name="socketType"><c>ROUTER</c>, <c>XPUB</c> or <c>REP</c>.</param>
    /// <param name="address">A loopback address.</param>
    /// <param name="port">The port; 0 for any.</param>
    /// <param name="largestMessage">The longest message taken, bytes.</param>
    /// <param name="received">Called on the connection's thread with every message.</param>
    /// <param name="log">Takes a line when a peer breaks the protocol.</param>
    /// <exception cref="ArgumentException">The address is not a loopback address.</exception>
    internal ZmtpServer(string name, string socketType, IPAddress address, int port, int largestMessage, Action<ZmtpConnection, IReadOnlyList<byte[]>> received, Action<string> log)
    {
        if (!IPAddress.IsLoopback(address))
            throw new ArgumentException($"{address} is not a loopback address, and nothing else is served", nameof(address));
        peers = socketType switch
        {
            "ROUTER" => ["DEALER", "REQ", "ROUTER"],
            "XPUB" => ["SUB", "XSUB"],
            "REP" => ["REQ", "DEALER"],
            _ => throw new ArgumentOutOfRangeException(nameof(socketType), socketType, "must be ROUTER, XPUB or REP"),
        };
        (Name, SocketType, LargestMessage, Log) = (name, socketType, largestMessage, log);
        this.received = received;
        listener = new TcpListener(address, port);
        listener.Start();
        new Thread(Accept, 256 << 10) { IsBackground = true, Name = name }.Start();
    }

    internal string Name { get; }

    internal string SocketType { get; }

    internal int LargestMessage { get; }

    internal Action<string> Log { get; }

    internal int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>Sends a message to every peer that subscribed to its first frame.</summary>
    internal void Publish(IReadOnlyList<ReadOnlyMemory<byte>> frames)
    {
        byte[]? bytes = null;
        foreach (ZmtpConnection peer in Open())
            if (peer.Wants(frames[0].Span))
                peer.Enqueue(bytes ??= ZmtpFrames.Message(frames));
    }

    /// <summary>The peer of this identity, or null.</summary>
    internal ZmtpConnection? Find(ReadOnlySpan<byte> identity)
    {
        foreach (ZmtpConnection peer in Open())
            if (identity.SequenceEqual(peer.Identity))
                return peer;
        return null;
    }

    /// <summary>Waits for the first subscription.</summary>
    internal void WaitForSubscriber(TimeSpan time) => subscribed.Wait(time);

    /// <summary>Waits until what was sent is with the system.</summary>
    internal void Drain(TimeSpan time)
    {
        foreach (ZmtpConnection peer in Open())
            peer.Drain(time);
    }

    public void Dispose()
    {
        disposed = true;
        listener.Dispose();
        foreach (ZmtpConnection peer in Open())
            peer.Close();
    }

    internal bool Accepts(string peerType) => peers.Contains(peerType);

    internal void Received(ZmtpConnection connection, List<byte[]> frames) => received(connection, frames);

    internal void Subscribed() => subscribed.Set();

    internal bool Opened(ZmtpConnection connection)
    {
        lock (open)
        {
            if (open.Any(peer => peer.Identity.AsSpan().SequenceEqual(connection.Identity)))
                return false;
            open.Add(connection);
            return true;
        }
    }

    internal void Closed(ZmtpConnection connection)
    {
        Interlocked.Decrement(ref connecting);
        lock (open)
            open.Remove(connection);
    }

    private ZmtpConnection[] Open()
    {
        lock (open)
            return [.. open];
    }

    private void Accept()
    {
        for (long number = 1; !disposed; number++)
        {
            Socket socket;
            try
            {
                socket = listener.AcceptSocket();
            }
            catch (Exception error) when (error is SocketException or ObjectDisposedException or InvalidOperationException)
            {
                if (disposed)
                    return;
                Log($"{Name}: {error.Message}");
                Thread.Sleep(100); // out of file handles, say: it may pass
                continue;
            }
            if (Interlocked.Increment(ref connecting) > MostConnections)
            {
                Interlocked.Decrement(ref connecting);
                Log($"{Name}: more than {MostConnections} connections; one is refused");
                socket.Dispose();
                continue;
            }
            new ZmtpConnection(this, socket, number).Start();
        }
    }
}
