// Tests that carry out runs with other thread counts run when no other test does.
namespace ModelBalancing.Tests.Experiments;

/// <summary>A run sets the process's thread count, and tests beside it that compare bits would sum in another order.</summary>
[CollectionDefinition("runs", DisableParallelization = true)]
public sealed class RunsAlone;
