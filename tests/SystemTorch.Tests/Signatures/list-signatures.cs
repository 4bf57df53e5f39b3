#!/usr/bin/env -S dotnet run
// Lists the public signatures of TorchSharp's source, for the test that holds lib/SystemTorch to them.
//   dotnet run list-signatures.cs <folder src/TorchSharp of a checkout> [output file] [package folder]
// The source is parsed and compiled in memory against this SDK's framework and the packages that TorchSharp names (SkiaSharp, SharpZipLib,
// Google.Protobuf; from the package folder, by default the user's NuGet cache), then described by SignatureForm, which the test uses too.
#:property PublishAot=false
#:package Microsoft.CodeAnalysis.CSharp
#:include SignatureForm.cs

using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using SystemTorch.Tests.Signatures;

if (args.Length < 1 || !Directory.Exists(args[0]))
{
    Console.Error.WriteLine("Name the folder src/TorchSharp of a TorchSharp 0.107 checkout.");
    return 1;
}
var output = args.Length > 1 ? args[1] : "torchsharp-0.107.signatures.txt";
var packages = args.Length > 2 ? args[2]
    : Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

var libraries = new[] { "skiasharp", "sharpziplib", "google.protobuf" }.Select(name => LibraryOf(packages, name)).ToList();
var framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
var references = Directory.GetFiles(framework, "*.dll").Where(IsManaged).Concat(libraries).Select(path => MetadataReference.CreateFromFile(path));

var parsing = new CSharpParseOptions(LanguageVersion.CSharp9, preprocessorSymbols:
    ["NET", "NETCOREAPP", "NET8_0", "NET5_0_OR_GREATER", "NET6_0_OR_GREATER", "NET7_0_OR_GREATER", "NET8_0_OR_GREATER", "NETCOREAPP3_0_OR_GREATER", "LIBTORCH_2_10_0_0", "CUDA_12_8"]);
var trees = Directory.GetFiles(args[0], "*.cs", SearchOption.AllDirectories)
    .Where(path => Path.GetFileName(path) != "netstandard.cs" && !IsBuildOutput(Path.GetRelativePath(args[0], path)))
    .Select(path => CSharpSyntaxTree.ParseText(File.ReadAllText(path), parsing, path));
var compilation = CSharpCompilation.Create("TorchSharp", trees, references,
    new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true, optimizationLevel: OptimizationLevel.Release));

using var image = new MemoryStream();
var result = compilation.Emit(image);
if (!result.Success)
{
    foreach (var problem in result.Diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).Take(20))
        Console.Error.WriteLine(problem);
    Console.Error.WriteLine("The source did not compile; is the checkout complete (Utils/tensorboard included)?");
    return 1;
}
image.Position = 0;
var context = new AssemblyLoadContext("TorchSharp");
context.Resolving += (loader, name) => libraries.FirstOrDefault(path => Path.GetFileNameWithoutExtension(path) == name.Name) is { } path ? loader.LoadFromAssemblyPath(path) : null;
var types = SignatureForm.Of(context.LoadFromStream(image));

using var writer = new StreamWriter(output) { NewLine = "\n" };
writer.WriteLine("# Public and protected signatures of TorchSharp 0.107.0 (commit c20b6a1cc574d690707638a488d2583f3b8b983f), made by list-signatures.cs.");
foreach (var type in types)
{
    writer.WriteLine(type.Name);
    foreach (var line in type.Lines)
        writer.WriteLine(" " + line);
}
Console.WriteLine($"{types.Count} types, {types.Sum(type => type.Lines.Count)} lines written to {output}");
return 0;

static string LibraryOf(string packages, string name)
{
    var version = Directory.GetDirectories(Path.Combine(packages, name)).Order(StringComparer.Ordinal).First();
    var folder = new[] { "net8.0", "net6.0", "net5.0", "netstandard2.1", "netstandard2.0" }.Select(target => Path.Combine(version, "lib", target)).First(Directory.Exists);
    return Directory.GetFiles(folder, "*.dll").Single();
}

static bool IsManaged(string path)
{
    try
    {
        System.Reflection.AssemblyName.GetAssemblyName(path);
        return true;
    }
    catch (BadImageFormatException)
    {
        return false;
    }
}

static bool IsBuildOutput(string path) => path.Split(Path.DirectorySeparatorChar)[0] is "obj" or "bin";
