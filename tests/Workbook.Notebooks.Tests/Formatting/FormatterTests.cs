// How values look, by default, by registration, and by what their types declare.
using Microsoft.DotNet.Interactive.Formatting;
using Workbook.Notebooks.Tests.Sessions;

namespace Workbook.Notebooks.Tests.Formatting;

public sealed class FormatterTests : IDisposable
{
    private readonly TestSession session = new();

    public void Dispose()
    {
        Formatter.ResetToDefault();
        session.Dispose();
    }

    public static TheoryData<object?, string> Simple => new()
    {
        { 1, "1" }, { 1.5, "1.5" }, { 1e-9f, "1E-09" }, { "a <b>", "a <b>" }, { true, "True" }, { 'c', "c" }, { null, "<null>" }, { DayOfWeek.Friday, "Friday" },
        { (1, "a"), "(1, a)" }, { new[] { 1, 2, 3 }, "[ 1, 2, 3 ]" }, { Array.Empty<string>(), "[ ]" }, { typeof(List<int>), "System.Collections.Generic.List<System.Int32>" },
        { new Dictionary<string, int> { ["a"] = 1, ["b"] = 2 }, "a: 1\nb: 2" }, { new float[,] { { 1, 2 }, { 3, 4 } }, "[ 1, 2 ]\n[ 3, 4 ]" }, { new Point(1, 2), "Point { X = 1, Y = 2 }" },
        { new[] { new Point(1, 2), new Point(30, 4) }, " X  Y\n 1  2\n30  4" }, { Enumerable.Range(0, 100), "[ 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, … (more) ]" },
    };

    [Theory]
    [MemberData(nameof(Simple))]
    public void Plain_text_is_short_and_plain(object? value, string expected) => Assert.Equal(expected, value.ToDisplayString());

    [Fact]
    public void Simple_values_are_shown_as_plain_text_only_and_records_also_as_tables()
    {
        Assert.Equal(["text/plain"], FormattedValue.CreateManyFromObject(3.5).Select(value => value.MimeType));
        Assert.Equal(["text/plain"], FormattedValue.CreateManyFromObject(new[] { 1.0 }).Select(value => value.MimeType));
        Assert.Equal(["text/html", "text/plain"], FormattedValue.CreateManyFromObject(new { A = 1 }).Select(value => value.MimeType));
        Assert.Equal(["text/html", "text/plain"], FormattedValue.CreateManyFromObject(new List<Point>()).Select(value => value.MimeType));
    }

    [Fact]
    public void Tables_encode_what_they_show()
    {
        string html = new[] { new { Name = "<script>", Value = 1 } }.ToDisplayString("text/html");
        Assert.Equal("<table><thead><tr><th>Name</th><th>Value</th></tr></thead><tbody><tr><td>&lt;script&gt;</td><td style=\"text-align:right\">1</td></tr></tbody></table>", html);
    }

    [Fact]
    public void The_list_limit_says_how_many_more_there_are()
    {
        Formatter.ListExpansionLimit = 2;
        Assert.Equal("[ 1, 2, … (3 more) ]", new[] { 1, 2, 3, 4, 5 }.ToDisplayString());
    }

    [Fact]
    public void Recursion_ends()
    {
        var ring = new Ring();
        ring.Next = ring;
        Assert.InRange(ring.ToDisplayString("text/html").Length, 10, 2000);
        Assert.InRange(ring.ToDisplayString().Length, 10, 2000);
    }

    [Fact]
    public void A_registered_formatter_wins_also_inside_arrays_and_anonymous_objects()
    {
        Formatter.Register<Point>(point => $"<i>{point.X}</i>", "text/html");
        Assert.Equal("<i>1</i>", new Point(1, 2).ToDisplayString("text/html"));
        Assert.Contains("<td><i>1</i></td>", new[] { new Point(1, 2) }.ToDisplayString("text/html"));
        Assert.Contains("<td><i>1</i></td>", new { P = new Point(1, 2) }.ToDisplayString("text/html"));
        Formatter.ResetToDefault();
        Assert.DoesNotContain("<i>", new Point(1, 2).ToDisplayString("text/html"));
    }

    [Fact]
    public void The_nearest_registration_is_chosen_and_the_latest_of_two()
    {
        Formatter.Register(typeof(object), (_, writer) => writer.Write("object"), "text/x");
        Formatter.Register<IEnumerable<int>>((_, writer) => writer.Write("interface"), "text/x");
        Assert.Equal("interface", new List<int>().ToDisplayString("text/x"));
        Formatter.Register(typeof(List<>), (_, writer) => writer.Write("generic"), "text/x");
        Assert.Equal("generic", new List<int>().ToDisplayString("text/x"));
        Formatter.Register<List<int>>(_ => "first", "text/x");
        Formatter.Register<List<int>>(_ => "second", "text/x");
        Assert.Equal("second", new List<int>().ToDisplayString("text/x"));
        Assert.Equal("object", 3.ToDisplayString("text/x"));
    }

    [Fact]
    public void Preferred_types_can_be_set()
    {
        Formatter.SetPreferredMimeTypesFor(typeof(Point), "text/plain");
        Assert.Equal(["text/plain"], FormattedValue.CreateManyFromObject(new Point(1, 2)).Select(value => value.MimeType));
        Formatter.Register<int>(value => $"<b>{value}</b>", "text/html");
        Assert.Equal(["text/html", "text/plain"], FormattedValue.CreateManyFromObject(5).Select(value => value.MimeType));
    }

    [Fact]
    public void A_type_can_declare_its_looks_with_an_attribute_of_its_own()
    {
        var values = FormattedValue.CreateManyFromObject(new DerivedPicture());
        Assert.Equal([("image/svg+xml", "<svg>derived</svg>"), ("text/html", "<p>derived</p>"), ("text/plain", "picture")], values.Select(value => (value.MimeType, value.Value)));
        Formatter.ResetToDefault();
        Assert.Contains("<td><p>base</p></td>", new[] { new { P = new Picture() } }.ToDisplayString("text/html"));
        Assert.Contains("<td><p>base</p></td>", new[] { new Picture() }.ToDisplayString("text/html"));
    }

    [Fact]
    public async Task Cells_can_use_the_whole_common_subset()
    {
        Recorder seen = await session.Run("""
            using Microsoft.DotNet.Interactive;
            using Microsoft.DotNet.Interactive.Formatting;
            record Speed(double Value);
            Formatter.Register<Speed>(s => $"<b>{s.Value}</b>", "text/html");
            Formatter.Register<Speed>((s, w) => w.Write($"{s.Value} m/s"), "text/plain");
            Formatter.Register(typeof(Version), (o, w) => w.Write("v"), "text/html");
            Formatter.SetPreferredMimeTypesFor(typeof(Speed), "text/html");
            Formatter.ListExpansionLimit = 5;
            display(new Speed(3));
            new Speed(4).Display("text/plain");
            "**bold**".DisplayAs("text/markdown");
            display(HTML("<i>h</i>"));
            Javascript("let a = 1;");
            CSS("b { }");
            var d = KernelInvocationContext.Current.Display("one", "text/html");
            d.Update("two");
            _ = KernelInvocationContext.Current.CancellationToken.IsCancellationRequested;
            Console.Write(new Speed(5).ToDisplayString("text/plain"));
            new[] { new FormattedValue("text/html", "<u>x</u>"), new FormattedValue("text/plain", "x") }
            """);
        Assert.Equal(
            ["text/html=<b>3</b>", "text/plain=4 m/s", "text/markdown=**bold**", "text/html=<i>h</i>", "text/html=<script type=\"text/javascript\">let a = 1;</script>", "text/html=<style>b { }</style>", "text/html=one"],
            seen.Displays.Select(display => $"{display.Data.Single().MimeType}={display.Data.Single().Text}"));
        Assert.Equal((seen.Displays[^1].Id, "two"), (seen.Updates.Single().Id, seen.Updates.Single().Data.Single().Text));
        Assert.Equal("5 m/s", seen.Out);
        Assert.Equal(["<u>x</u>", "x"], seen.Value!.Select(content => content.Text));
    }

    [Fact]
    public async Task A_displayed_value_is_not_shown_twice()
    {
        Recorder seen = await session.Run("display(1)");
        Assert.Single(seen.Displays);
        Assert.Null(seen.Value);
    }

    private sealed record Point(int X, int Y);

    private sealed class Ring
    {
        public Ring? Next { get; set; }
    }

    [AttributeUsage(AttributeTargets.Class)]
    private sealed class TypeFormatterSourceAttribute(Type source) : Attribute
    {
        public Type FormatterSourceType { get; } = source;

        public string[] PreferredMimeTypes { get; set; } = [];
    }

    [TypeFormatterSource(typeof(Formats), PreferredMimeTypes = ["text/html", "image/svg+xml", "text/plain"])]
    private class Picture
    {
        public virtual string Kind => "base";

        public override string ToString() => "picture";
    }

    private sealed class DerivedPicture : Picture
    {
        public override string Kind => "derived";
    }

    private sealed class Formats
    {
        public IEnumerable<object> CreateTypeFormatters() => [new TaggedKind("text/html", "p"), new TaggedKind("image/svg+xml", "svg")];
    }

    private sealed class TaggedKind(string mimeType, string tag)
    {
        public string MimeType => mimeType;

        public bool Format(object value, TextWriter writer)
        {
            writer.Write($"<{tag}>{((Picture)value).Kind}</{tag}>");
            return true;
        }
    }
}
