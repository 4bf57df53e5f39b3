// Names of module fields.
using System.Reflection;
using TorchSharp.Utils;

namespace TorchSharp;

/// <summary>What a module's field is called in the state dictionary.</summary>
public static class FieldInfoExtensionMethods
{
    /// <summary>The name of <see cref="ComponentNameAttribute"/>, or the field's own.</summary>
    public static string ComponentName(this FieldInfo field) =>
        field.GetCustomAttribute<ComponentNameAttribute>()?.Name ?? field.Name;
}
