// Console output of a cell goes to the cell; everything else goes where it went before.
using System.Text;
using Microsoft.DotNet.Interactive;

namespace Workbook.Notebooks.Sessions;

/// <summary>Stands in for the process's console streams once a session exists.</summary>
internal static class ConsoleRouting
{
    private static readonly Lock Gate = new();
    private static bool installed;

    /// <summary>Redirects Console.Out, Console.Error and Console.In; does nothing the second time.</summary>
    internal static void Install()
    {
        lock (Gate)
        {
            if (installed)
                return;
            installed = true;
            Console.SetOut(new RoutedWriter("stdout", Console.Out));
            Console.SetError(new RoutedWriter("stderr", Console.Error));
            Console.SetIn(new RoutedReader(Console.In));
        }
    }

    private sealed class RoutedWriter(string stream, TextWriter otherwise) : TextWriter
    {
        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(char value) => Write(value.ToString());

        public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

        public override void Write(ReadOnlySpan<char> buffer) => Write(buffer.ToString());

        public override void WriteLine() => Write("\n");

        public override void WriteLine(string? value) => Write(value + "\n");

        public override void Write(string? value)
        {
            if (string.IsNullOrEmpty(value))
                return;
            if (KernelInvocationContext.Current is { } cell)
                cell.Output.WriteText(stream, value);
            else
                otherwise.Write(value);
        }

        public override void Flush() => otherwise.Flush();
    }

    private sealed class RoutedReader(TextReader otherwise) : TextReader
    {
        private string rest = "";

        public override string? ReadLine() =>
            KernelInvocationContext.Current is { } cell ? cell.Ask("", isPassword: false) : otherwise.ReadLine();

        public override int Peek() => KernelInvocationContext.Current is null ? otherwise.Peek() : rest.Length == 0 ? -1 : rest[0];

        public override int Read()
        {
            if (KernelInvocationContext.Current is null)
                return otherwise.Read();
            if (rest.Length == 0)
                rest = ReadLine() + "\n";
            char first = rest[0];
            rest = rest[1..];
            return first;
        }
    }
}
