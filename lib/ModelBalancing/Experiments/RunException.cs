// What is thrown when a run cannot be started, continued or reused.
namespace ModelBalancing.Experiments;

/// <summary>A run that cannot go on. The message is one sentence with the way out.</summary>
/// <param name="message">The sentence.</param>
/// <param name="inner">What caused it, if anything.</param>
public class RunException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>A run that was interrupted: its state is saved, and the message says how to resume.</summary>
/// <param name="message">The sentence.</param>
/// <param name="token">The token that asked for the interrupt.</param>
public sealed class RunInterruptedException(string message, CancellationToken token) : OperationCanceledException(message, token);
