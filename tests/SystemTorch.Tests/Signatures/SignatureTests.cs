// Code written against our binding must compile against the TorchSharp package: every public member is held to the list of its signatures.

using System.Reflection;

namespace SystemTorch.Tests.Signatures;

/// <summary>Compares the loaded TorchSharp assembly with <c>torchsharp-0.107.signatures.txt</c>.</summary>
public sealed class SignatureTests
{
    private static readonly Assembly TorchSharp = Assembly.Load("TorchSharp");

    [Fact]
    public void Every_public_member_exists_in_TorchSharp_with_the_same_signature()
    {
        var expected = ReadList();
        var allowed = ReadAllowList();
        var differing = new List<string>();
        foreach (var type in SignatureForm.Of(TorchSharp).Where(type => !allowed.Contains(type.Name)))
        {
            if (!expected.TryGetValue(type.Name, out var lines))
            {
                differing.Add($"{type.Name}: the type is not in TorchSharp");
                continue;
            }
            // An override declares nothing new: what it overrides is a member of the framework or is looked up in its own type.
            differing.AddRange(type.Lines
                .Where(line => !lines.Contains(line) && !line.Contains("override ") && !allowed.Contains($"{type.Name}: {line}"))
                .Select(line => $"{type.Name}: {line}{Nearest(line, lines)}"));
        }

        Assert.True(differing.Count == 0, $"{differing.Count} members differ from TorchSharp 0.107:\n  {string.Join("\n  ", differing)}");
    }

    [Fact]
    public void Every_entry_of_the_allow_list_is_needed()
    {
        var types = SignatureForm.Of(TorchSharp).ToDictionary(type => type.Name, type => type.Lines.ToHashSet());
        var unused = ReadAllowList().Where(entry => entry.Split(": ", 2) is { Length: 2 } parts
            ? !types.TryGetValue(parts[0], out var lines) || !lines.Contains(parts[1])
            : !types.ContainsKey(entry) && !entry.StartsWith("SystemTorch.", StringComparison.Ordinal));

        Assert.Empty(unused);
    }

    // The lines of the same member in TorchSharp that share most words with it: most differences are a default value or a name.
    private static string Nearest(string line, IEnumerable<string> lines)
    {
        var name = MemberName(line);
        var words = line.Split(' ').ToHashSet();
        var same = lines.Where(other => MemberName(other) == name)
            .OrderBy(other => words.Except(other.Split(' ')).Count() + other.Split(' ').Except(words).Count()).ToList();
        return same.Count == 0 ? "   (absent)" : string.Concat(same.Take(2).Select(other => $"\n      TorchSharp: {other}"));
    }

    private static string MemberName(string line)
    {
        var head = line.IndexOf('(', line.StartsWith('(') ? line.IndexOf(')') + 1 : 0) is var open and >= 0 ? line[..open] : line;
        head = head.Split(" {")[0].Split(" =")[0];
        return head[(head.LastIndexOf(' ') + 1)..];
    }

    private static Dictionary<string, HashSet<string>> ReadList()
    {
        var types = new Dictionary<string, HashSet<string>>();
        HashSet<string>? current = null;
        foreach (var line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Signatures", "torchsharp-0.107.signatures.txt")).Where(line => !line.StartsWith('#')))
        {
            if (line.StartsWith(' '))
                current!.Add(line[1..]);
            else
                types[line] = current = [];
        }
        return types;
    }

    private static HashSet<string> ReadAllowList() =>
        File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Signatures", "allow-list.txt")).Where(line => line.Length > 0 && !line.StartsWith('#')).ToHashSet();
}
