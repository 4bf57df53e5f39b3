// #r and #load: relative to the notebook's folder, loaded as named.
using System.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Workbook.Notebooks.Sessions;

namespace Workbook.Notebooks.Tests.Sessions;

public sealed class DirectiveTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("workbook-directives-").FullName;
    private readonly TestSession session;

    public DirectiveTests() => session = new TestSession(folder);

    public void Dispose()
    {
        session.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_loaded_script_is_found_in_the_notebook_folder_and_its_declarations_are_shared()
    {
        File.WriteAllText(Path.Combine(folder, "shared.csx"), "#load \"sub/deeper.csx\"\nvar Shared = 4 + Deeper;\nint Plus(int v) => v + Shared;\n");
        Directory.CreateDirectory(Path.Combine(folder, "sub"));
        File.WriteAllText(Path.Combine(folder, "sub", "deeper.csx"), "var Deeper = 6;\n");
        Assert.Equal("10", (await session.Run("#load \"shared.csx\"\nShared")).Plain);
        Assert.Equal("11", (await session.Run("Plus(1)")).Plain);
    }

    [Fact]
    public async Task An_error_in_a_loaded_script_names_the_script()
    {
        File.WriteAllText(Path.Combine(folder, "bad.csx"), "int Fail()\n{\n    throw new Exception(\"in script\");\n}\n");
        Recorder seen = await session.Try("#load \"bad.csx\"\n\nFail();");
        Assert.Equal("cell 1, line 3: in script (thrown in Fail, bad.csx, line 3)", seen.Failure!.Message);
        Assert.Contains("  at cell 1, line 3", seen.Failure.Traceback);
        Assert.Contains("nowhere.csx", (await session.Try("#load \"nowhere.csx\"")).Failure!.Message);
    }

    [Fact]
    public async Task A_referenced_library_and_what_lies_beside_it_are_loaded()
    {
        Directory.CreateDirectory(Path.Combine(folder, "libraries"));
        Build("Below", "namespace Below; public class Base { public int V => 5; }");
        Build("Above", "namespace Above; public class Derived : Below.Base { public int W => V + 1; public static Below.Base Make() => new(); }", "Below");
        await session.Run("#r \"libraries/Above.dll\"\nusing Above;");
        Assert.Equal("6 5", (await session.Run("$\"{new Derived().W} {Derived.Make().V}\"")).Plain);
    }

    [Fact]
    public async Task A_script_may_hold_the_references_but_its_usings_stay_its_own()
    {
        Directory.CreateDirectory(Path.Combine(folder, "libraries"));
        Build("Held", "namespace Held; public static class Thing { public static int V => 8; }");
        File.WriteAllText(Path.Combine(folder, "workbook.csx"), "#r \"libraries/Held.dll\"\nusing Held;\nvar fromScript = Thing.V;\n");
        await session.Run("#load \"workbook.csx\"");
        Assert.Equal("8 8", (await session.Run("$\"{fromScript} {Held.Thing.V}\"")).Plain);
        // So it is in every host built on Roslyn scripts: a notebook that relied on the usings would run on this one only.
        Assert.Contains("CS0103", (await session.Try("Thing.V")).Failure!.Message);
    }

    [Fact]
    public async Task A_missing_library_is_a_clear_error()
    {
        Recorder seen = await session.Try("var a = 1;".Insert(0, "#r \"libraries/None.dll\"\n"));
        Assert.StartsWith("cell 1, line 1: Metadata file 'libraries/None.dll' could not be found", seen.Failure!.Message);
    }

    [Theory]
    [InlineData("nuget: Some.Package, 1.2.3", "Some.Package", "1.2.3")]
    [InlineData("nuget:Some.Package,1.2.3-rc.1", "Some.Package", "1.2.3-rc.1")]
    [InlineData(" nuget : A ", "A", null)]
    [InlineData("nuget: A, [1.0, 2.0)", "A", "[1.0, 2.0)")]
    public void Package_references_are_read(string text, string id, string? version)
    {
        Assert.True(NugetReference.TryParse(text, out NugetReference? package));
        Assert.Equal((id, version), (package.Id, package.Version));
    }

    [Theory]
    [InlineData("libraries/A.dll")]
    [InlineData("nuget: A\" Evil=\"1, 2")]
    [InlineData("nuget: A, 1\"/><x")]
    public void Other_references_are_not_taken_for_packages(string text) => Assert.False(NugetReference.TryParse(text, out _));

    [Fact]
    public void Packages_of_loaded_scripts_are_found_too()
    {
        File.WriteAllText(Path.Combine(folder, "packages.csx"), "#r \"nuget: B, 2\"\n");
        CellSource source = CellSource.Parse("#r \"nuget: A, 1\"\n#load \"packages.csx\"\nvar text = \"#r \\\"nuget: C\\\"\";", 1);
        Assert.Equal(["A", "B"], source.Packages(new SessionSources(folder)).Select(package => package.Id));
    }

    [Fact]
    public async Task A_package_that_cannot_be_restored_says_so()
    {
        Assert.SkipWhen(Environment.GetEnvironmentVariable("WORKBOOK_TEST_NETWORK") != "1", "asks a package feed; set WORKBOOK_TEST_NETWORK=1");
        Assert.Equal("4", (await session.Run("#r \"nuget: MathNet.Numerics, 5.0.0\"\nMathNet.Numerics.Euclid.GreatestCommonDivisor(8, 12)")).Plain);
        Recorder seen = await session.Try("#r \"nuget: MathNet.Numerics, 99.0.0\"");
        Assert.Contains("could not be restored", seen.Failure!.Message);
    }

    private void Build(string name, string code, params string[] others)
    {
        var result = CSharpCompilation.Create(name, [CSharpSyntaxTree.ParseText(code, cancellationToken: TestContext.Current.CancellationToken)],
            [.. FrameworkReferences.All, .. others.Select(other => MetadataReference.CreateFromFile(Path.Combine(folder, "libraries", other + ".dll")))],
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary)).Emit(Path.Combine(folder, "libraries", name + ".dll"), cancellationToken: TestContext.Current.CancellationToken);
        Assert.True(result.Success, string.Join("\n", result.Diagnostics));
    }
}
