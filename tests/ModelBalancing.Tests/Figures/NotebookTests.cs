// What a notebook host does with our values, by the names it looks for.
using System.Reflection;
using ModelBalancing.Figures;

namespace ModelBalancing.Tests.Figures
{
    public sealed class NotebookTests
    {
        /// <summary>As both hosts do it: everything by name, nothing by type.</summary>
        private static Dictionary<string, string> Shown(object value)
        {
            var attribute = value.GetType().GetCustomAttributes(inherit: true).Single(a => a.GetType().Name == "TypeFormatterSourceAttribute");
            var preferred = (string[])attribute.GetType().GetProperty("PreferredMimeTypes")!.GetValue(attribute)!;
            var source = Activator.CreateInstance((Type)attribute.GetType().GetProperty("FormatterSourceType")!.GetValue(attribute)!)!;
            var formatters = (IEnumerable<object>)source.GetType().GetMethod("CreateTypeFormatters")!.Invoke(source, null)!;
            var shown = new Dictionary<string, string>();
            foreach (var formatter in formatters)
            {
                var mime = (string)formatter.GetType().GetProperty("MimeType")!.GetValue(formatter)!;
                var format = formatter.GetType().GetMethods().Single(m => m.Name == "Format" && m.ReturnType == typeof(bool));
                Assert.Equal([typeof(object), typeof(TextWriter)], format.GetParameters().Select(p => p.ParameterType));
                var writer = new StringWriter();
                if ((bool)format.Invoke(formatter, [value, writer])! && preferred.Contains(mime))
                    shown[mime] = writer.ToString();
            }
            return shown;
        }

        [Fact]
        public void A_figure_shows_itself_as_html_picture_and_text()
        {
            var shown = Shown(new Figure("t", new Panel(new("x"), new("y"), new Trace.Line("a", [1, 2], [1, 2]))));
            Assert.StartsWith("<div class=\"wb-figure\"", shown["text/html"]);
            Assert.StartsWith("<svg", shown["image/svg+xml"]);
            Assert.StartsWith("Figure: t", shown["text/plain"]);
        }

        [Fact]
        public void A_table_shows_itself_as_html_and_text()
        {
            var shown = Shown(new Table("t", new Column.Number("a", [1])));
            Assert.Contains("<table class=\"wb-table\">", shown["text/html"]);
            Assert.StartsWith("t", shown["text/plain"]);
        }

        [Fact]
        public void Formatters_decline_values_that_are_not_ours()
        {
            foreach (var formatter in new NotebookFormatters().CreateTypeFormatters())
                Assert.False(((NotebookFormatter)formatter).Format("text", new StringWriter()));
        }

        [Fact]
        public void The_library_refers_to_no_notebook_package()
        {
            Assert.DoesNotContain(typeof(Figure).Assembly.GetReferencedAssemblies(), name => name.Name!.Contains("DotNet.Interactive", StringComparison.Ordinal));
        }

        [Fact]
        public void Updates_go_to_the_notebook_at_most_ten_a_second_and_the_last_is_never_lost()
        {
            var context = new Microsoft.DotNet.Interactive.KernelInvocationContext();
            Microsoft.DotNet.Interactive.KernelInvocationContext.Now.Value = context;
            try
            {
                var started = System.Diagnostics.Stopwatch.StartNew();
                using (var live = Live.Show("start"))
                    for (var i = 1; i <= 1000; i++)
                        live.Update("step " + i);
                Assert.Equal(["text/plain"], context.MimeTypes);
                Assert.Equal("start", context.Shown[0]);
                Assert.Equal("step 1000", context.Shown[^1]);
                Assert.InRange(context.Shown.Count, 2, 3 + (int)(started.Elapsed / Live.Interval));
            }
            finally
            {
                Microsoft.DotNet.Interactive.KernelInvocationContext.Now.Value = null;
            }
        }
    }
}

// Stand-ins with the host's names, seen only where a test sets the context.
namespace Microsoft.DotNet.Interactive
{
    public sealed class KernelInvocationContext
    {
        internal static readonly AsyncLocal<KernelInvocationContext?> Now = new();

        public static KernelInvocationContext? Current => Now.Value;

        public List<object> Shown { get; } = [];

        public string[] MimeTypes { get; set; } = [];
    }

    public static class KernelInvocationContextExtensions
    {
        public static DisplayedValue Display(this KernelInvocationContext context, object value, params string[] mimeTypes)
        {
            context.Shown.Add(value);
            context.MimeTypes = mimeTypes;
            return new(context);
        }
    }

    public sealed class DisplayedValue(KernelInvocationContext context)
    {
        public void Update(object value) => context.Shown.Add(value);
    }
}
