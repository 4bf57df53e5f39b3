// A password that does not show itself.
namespace Microsoft.DotNet.Interactive;

/// <summary>A password; its text shows only on request.</summary>
/// <param name="password">The password.</param>
public sealed class PasswordString(string password)
{
    /// <summary>The password itself.</summary>
    /// <returns>Clear text.</returns>
    public string GetClearTextPassword() => password;

    /// <inheritdoc/>
    public override string ToString() => "•••";
}
