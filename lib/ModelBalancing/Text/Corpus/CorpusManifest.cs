// What a corpus is made of.
namespace ModelBalancing.Text.Corpus;

/// <summary>One package's part of a corpus.</summary>
/// <param name="Package">The package's name.</param>
/// <param name="Registry">apt or npm.</param>
/// <param name="Version">Its version.</param>
/// <param name="Licence">What its makers say about the text.</param>
/// <param name="Documents">Documents.</param>
/// <param name="Paragraphs">Paragraphs.</param>
/// <param name="Bytes">Bytes of UTF-8.</param>
/// <param name="Repeated">Paragraphs that were left out because they stand in the corpus already.</param>
/// <param name="EvaluationSentences">Evaluation sentences that were removed.</param>
public sealed record CorpusPart(string Package, string Registry, string Version, string Licence, int Documents, int Paragraphs, long Bytes, int Repeated, int EvaluationSentences);

/// <summary>A corpus.</summary>
/// <param name="Sha256">Checksum of the text.</param>
/// <param name="Bytes">Bytes of the text.</param>
/// <param name="Documents">Documents.</param>
/// <param name="Parts">The packages in their order.</param>
/// <param name="EvaluationSets">Evaluation sets that were on the machine and whose sentences were looked for.</param>
/// <param name="EvaluationSentences">How many different sentences were looked for.</param>
/// <param name="Vocabulary">Tokens of the vocabulary trained on it.</param>
public sealed record CorpusManifest(string Sha256, long Bytes, int Documents, IReadOnlyList<CorpusPart> Parts, IReadOnlyList<string> EvaluationSets, int EvaluationSentences, int Vocabulary);
