// The name under which a module's field is registered, when it is not the field's own name.
namespace TorchSharp.Utils;

/// <summary>Gives a field of a module the name its parameter, buffer or submodule has in the state dictionary.</summary>
[AttributeUsage(AttributeTargets.Field)]
public class ComponentNameAttribute : Attribute
{
    /// <summary>The registered name; empty by default.</summary>
    public string Name { get; set; } = "";
}
