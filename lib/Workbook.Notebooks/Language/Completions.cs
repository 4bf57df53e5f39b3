// What a language service answers.
namespace Workbook.Notebooks.Language;

/// <summary>One way to go on.</summary>
/// <param name="Text">What takes the place of the word under the cursor.</param>
/// <param name="Kind">What it is, in the words front ends have icons for: function, property, field, class, enum, interface, module, instance, keyword.</param>
public sealed record Completion(string Text, string Kind);

/// <summary>The ways to go on at a place.</summary>
/// <param name="Start">Where the word under the cursor begins, index in UTF-16 units.</param>
/// <param name="End">Where it ends: the cursor.</param>
/// <param name="Matches">By name, each once.</param>
public sealed record Completions(int Start, int End, IReadOnlyList<Completion> Matches);

/// <summary>What is known of a name.</summary>
/// <param name="Plain">As plain text.</param>
/// <param name="Markdown">As markdown.</param>
public sealed record Inspection(string Plain, string Markdown);
