// What the front end tells a kernel at its start: ports and the key that messages are signed with.
using System.Net;
using System.Text.Json;

namespace Workbook.Notebooks.Jupyter;

/// <summary>A Jupyter connection file.</summary>
/// <param name="Address">The loopback address to bind.</param>
/// <param name="Shell">Port of the shell socket.</param>
/// <param name="Control">Port of the control socket.</param>
/// <param name="Stdin">Port of the stdin socket.</param>
/// <param name="Iopub">Port of the socket outputs are published on.</param>
/// <param name="Heartbeat">Port of the heartbeat socket.</param>
/// <param name="Key">The key of the signatures; never empty.</param>
internal sealed record ConnectionFile(IPAddress Address, int Shell, int Control, int Stdin, int Iopub, int Heartbeat, byte[] Key)
{
    /// <summary>Reads a connection file.</summary>
    /// <exception cref="ConnectionFileException">It is missing, malformed, or asks for what this kernel does not do.</exception>
    internal static ConnectionFile Read(string path)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            JsonElement root = document.RootElement;
            string transport = Text(root, "transport", "tcp"), ip = Text(root, "ip", "127.0.0.1");
            if (transport != "tcp")
                throw new ConnectionFileException($"{path} asks for the transport {transport}, and this kernel has tcp only.");
            if (!IPAddress.TryParse(ip == "localhost" ? "127.0.0.1" : ip, out IPAddress? address) || !IPAddress.IsLoopback(address))
                throw new ConnectionFileException($"{path} asks for the address {ip}, and this kernel answers on loopback addresses only: let the server start its kernels with ip 127.0.0.1.");
            if (Text(root, "signature_scheme", "hmac-sha256") is var scheme && scheme != "hmac-sha256")
                throw new ConnectionFileException($"{path} asks for the signature scheme {scheme}, and this kernel has hmac-sha256 only.");
            string key = Text(root, "key", "");
            if (key.Length == 0)
                throw new ConnectionFileException($"{path} has an empty key, and this kernel runs no unsigned code: let the front end sign its messages.");
            return new ConnectionFile(address, Port(root, "shell_port"), Port(root, "control_port"), Port(root, "stdin_port"), Port(root, "iopub_port"), Port(root, "hb_port"), System.Text.Encoding.UTF8.GetBytes(key));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new ConnectionFileException($"{path} is not a connection file of Jupyter ({error.Message}): kernels are started by Jupyter, nbconvert or an editor, which write it.", error);
        }
    }

    private static string Text(JsonElement root, string name, string otherwise) => root.TryGetProperty(name, out JsonElement value) ? value.GetString() ?? otherwise : otherwise;

    private static int Port(JsonElement root, string name) => root.GetProperty(name).GetInt32() is >= 0 and <= 65535 and var port ? port : throw new FormatException($"{name} is not a port");
}

/// <summary>A connection file cannot be used; the message says why.</summary>
internal sealed class ConnectionFileException(string message, Exception? inner = null) : Exception(message, inner);
