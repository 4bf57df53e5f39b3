// ./workbook tokenize: what it prints, and its answers to lines that cannot be read.

using System.Text;
using System.Text.Json;
using ModelBalancing.Text.Tokenizers;
using Workbook.Commands;

namespace Workbook.Tests;

public sealed class TokenizeCommandTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("tokenize-").FullName;

    public TokenizeCommandTests() => File.WriteAllText(Path.Combine(folder, "vocab.txt"), "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nhello\nwor\n##ld\n🙂\n");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Plain_lines_become_one_object_each()
    {
        string[] lines = Run("Hello world\r\n\n🙂 world");
        Assert.Equal("""{"ids":[2,5,6,7,3],"tokens":["[CLS]","hello","wor","##ld","[SEP]"],"offsets":[[0,0],[0,5],[6,9],[9,11],[0,0]]}""", lines[0]);
        Assert.Equal([2, 3], Ids(lines[1]));
        Assert.Contains("\"offsets\":[[0,0],[0,1],[2,5],[5,7],[0,0]]", lines[2]); // the face is one code point
        Assert.Equal(3, lines.Length);
    }

    [Fact]
    public void Json_lines_may_hold_line_feeds_and_pairs_come_with_types()
    {
        Assert.Equal([2, 5, 5, 3], Ids(Run("\"hello\\nhello\"\n", json: true)[0]));
        string line = Run("[\"hello\", \"world\"]\n", json: true, pair: true)[0];
        Assert.Contains("\"types\":[0,0,0,1,1,1],\"sequence\":[-1,0,-1,1,1,-1]", line);
        Assert.Equal(line, Run("hello\tworld\n", pair: true)[0]);
        string alone = Run("hello\t\n", pair: true)[0]; // as transformers does: an empty second text is none
        Assert.Equal([2, 5, 3], Ids(alone));
        Assert.Contains("\"types\":[0,0,0],\"sequence\":[-1,0,-1]", alone);
    }

    [Fact]
    public void Rows_are_cut_to_the_length_asked_for() => Assert.Equal([2, 5, 3], Ids(Run("hello world\n", options: EncodeOptions.Within(3))[0]));

    [Theory]
    [InlineData("hello", false, true, "holds 0 tabs")]
    [InlineData("hello", true, false, "must be a JSON string")]
    [InlineData("\"hello\"", true, true, "list of two strings")]
    [InlineData("\"\\ud800\"", true, false, "surrogate")]
    public void A_line_that_cannot_be_read_is_named(string line, bool json, bool pair, string told)
    {
        string message = Assert.Throws<UsageException>(() => Run((json ? "\"x\"\n" : "x\n")[..(pair ? 0 : json ? 4 : 2)] + line + "\n", json, pair)).Message;
        Assert.StartsWith($"Line {(pair ? 1 : 2)}: ", message);
        Assert.Contains(told, message);
    }

    [Fact]
    public void Bytes_that_are_no_text_are_refused() => Assert.Contains("UTF-8", Assert.Throws<UsageException>(() => Run([0x61, 0xFF, 0x0A])).Message);

    [Fact]
    public void A_line_longer_than_the_buffer_is_read_whole()
    {
        string text = string.Join(' ', Enumerable.Repeat("hello", 50_000));
        string[] lines = Run($"{text}\nhello\n{text}\n");
        Assert.Equal([50_002, 3, 50_002], lines.Select(line => Ids(line).Length));
    }

    [Fact]
    public async Task A_missing_vocabulary_is_one_sentence()
    {
        var (code, _, errors) = await CommandCall.RunAsync(TokenizeCommand.Create(), ["--vocabulary", Path.Combine(folder, "nowhere")]);
        Assert.Equal(1, code);
        Assert.Contains("There is no vocabulary at", errors);
        Assert.Single(errors.Trim().Split('\n'));
    }

    private string[] Run(string input, bool json = false, bool pair = false, EncodeOptions? options = null) => Run(Encoding.UTF8.GetBytes(input), json, pair, options);

    private string[] Run(byte[] input, bool json = false, bool pair = false, EncodeOptions? options = null)
    {
        using var output = new MemoryStream();
        TokenizeCommand.Run(Tokenizer.Load(folder), options ?? new(), pair, json, new MemoryStream(input), output, TestContext.Current.CancellationToken);
        return Encoding.UTF8.GetString(output.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static int[] Ids(string line) => [.. JsonDocument.Parse(line).RootElement.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32())];
}
