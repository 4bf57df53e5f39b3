// Settings of pretraining runs beyond those that every run has.
using ModelBalancing.Experiments;
using ModelBalancing.Models;

namespace ModelBalancing.Training.Pretraining;

/// <summary>Settings of a run of kind "masked-language-model"; <see cref="RunSpec.Settings"/> holds them.</summary>
public sealed record MaskedLanguageSettings
{
    /// <summary>Tokens of a row, the outer two counted.</summary>
    public int Length { get; init; } = 128;

    /// <summary>Tokens of a piece, the outer two counted, that rows are cut into for the first <see cref="ShortShare"/> of the steps; 0 for none. Its inner tokens must divide a row's.</summary>
    /// <remarks>In short pieces an even glance over all places has less to blur, so attention finds a word's neighbours sooner (Devlin et al. 2019, A.2, pretrain on short rows first).</remarks>
    public int ShortLength { get; init; }

    /// <summary>Share of the steps that read short pieces.</summary>
    public double ShortShare { get; init; }

    /// <summary>Whether the words' bias begins at the logarithm of how often they occur instead of 0: a small model spends its first thousand steps on nothing else.</summary>
    public bool StartAtFrequencies { get; init; }

    /// <summary>Whether the word table begins at vectors made of counts of neighbouring words in the training rows (<see cref="WordVectors"/>) instead of at random ones.</summary>
    /// <remarks>The table is most of a small encoder; counts tell within seconds which words are used alike, and masked words only after many passes.</remarks>
    public bool StartAtVectors { get; init; }

    /// <summary>Share of a row's words that are masked.</summary>
    public double MaskedShare { get; init; } = 0.15;

    /// <summary>How many of a row's masked words its start token guesses as well.</summary>
    /// <remarks>Guessing masked words alone leaves the start token without a task, though classifiers read nothing else: what it learns here is which words a text like this one holds.</remarks>
    public int StartGuesses { get; init; }

    /// <summary>Rows whose gradient is computed at once; a step's rows are computed in as many parts as needed (gradient accumulation).</summary>
    public int RowsOfPart { get; init; } = 16;

    /// <summary>One-thread workers that share a step's parts.</summary>
    public int Lanes { get; init; } = 2;

    /// <summary>Largest norm of all gradients together; 0 for no clipping.</summary>
    public double Clip { get; init; } = 1;

    /// <summary>β2 of AdamW; 0.98 is RoBERTa's.</summary>
    public double Beta2 { get; init; } = 0.98;

    /// <summary>ε of AdamW; 1e-6 is RoBERTa's.</summary>
    public double Epsilon { get; init; } = 1e-6;

    /// <summary>In which precision linear layers multiply.</summary>
    public LinearPrecision Precision { get; init; } = LinearPrecision.Weights;

    /// <summary>Steps between two rows of the training loss.</summary>
    public int ReportEvery { get; init; } = 50;

    /// <summary>Steps between two looks at held-out rows.</summary>
    public int JudgeEvery { get; init; } = 500;

    /// <summary>Held-out rows that are looked at on the way.</summary>
    public int JudgedRows { get; init; } = 128;

    /// <summary>Most held-out rows that are looked at in the end.</summary>
    public int TestRows { get; init; } = 1024;

    /// <summary>Sizes; the default has 6 blocks of width 256 for the vocabulary that <c>data corpus</c> makes, 9 million parameters.</summary>
    public EncoderSettings Encoder { get; init; } = new EncoderSettings { Vocabulary = 16_384, Width = 256, Blocks = 6, Heads = 8, FeedForward = 1024, Positions = 130 }.WithoutDropout;

    /// <summary>Reads the settings of a spec.</summary>
    /// <exception cref="RunException">A setting is unknown, of the wrong type or out of range.</exception>
    public static MaskedLanguageSettings Of(RunSpec spec)
    {
        var settings = PdeSettings.Read<MaskedLanguageSettings>(spec);
        try
        {
            settings.Encoder.Check();
        }
        catch (ArgumentException wrong)
        {
            throw new RunException($"The spec's settings.encoder: {wrong.Message.Split(" (Parameter '")[0]}", wrong);
        }
        foreach (var (name, value, fewest) in new[] { ("length", settings.Length, 8), ("startGuesses", settings.StartGuesses, 0), ("rowsOfPart", settings.RowsOfPart, 1), ("lanes", settings.Lanes, 1), ("reportEvery", settings.ReportEvery, 1), ("judgeEvery", settings.JudgeEvery, 1), ("judgedRows", settings.JudgedRows, 1), ("testRows", settings.TestRows, 1) })
            if (value < fewest)
                throw new RunException($"The spec's settings.{name} must be at least {fewest}, is {value}.");
        if (settings.Length > settings.Encoder.LongestSequence)
            throw new RunException($"The spec's settings.length is {settings.Length}, more than the {settings.Encoder.LongestSequence} tokens that settings.encoder has positions for.");
        if (settings.ShortLength != 0 && (settings.ShortLength < 8 || (settings.Length - 2) % (settings.ShortLength - 2) != 0) || settings.ShortShare is not (>= 0 and <= 1) || settings.ShortShare > 0 && settings.ShortLength == 0)
            throw new RunException($"The spec's settings.shortLength must be 0 or at least 8 with {settings.Length - 2} (length - 2) a multiple of shortLength - 2, and shortShare between 0 and 1, above 0 only with a shortLength.");
        if (settings.Encoder is { Dropout: not 0 } or { AttentionDropout: not 0 })
            throw new RunException("The spec's settings.encoder must have dropout and attentionDropout 0: pretraining uses none.");
        if (settings.StartAtVectors && settings.Encoder.Vocabulary > WordVectors.MostWords)
            throw new RunException($"The spec's settings.startAtVectors counts neighbours in a square table, for at most {WordVectors.MostWords} words; settings.encoder.vocabulary is {settings.Encoder.Vocabulary}.");
        if (settings is not { MaskedShare: > 0 and < 1, Clip: >= 0, Beta2: >= 0 and < 1, Epsilon: > 0 })
            throw new RunException("The spec's settings need maskedShare between 0 and 1, clip of at least 0, beta2 of at least 0 and below 1, and a positive epsilon.");
        return settings;
    }
}
