// The canonical form in which public signatures are compared: one line a member, made by reflection alone,
// so that an assembly compiled from TorchSharp's source and our own assembly are described by the same code.

using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace SystemTorch.Tests.Signatures;

/// <summary>Describes the visible (public and protected) types and members of an assembly.</summary>
/// <remarks>
/// Types are named without their assembly and without the namespace <c>TorchSharp</c>; nullable reference annotations and attributes
/// are left out, since no caller's source depends on them. Parameter names, tuple element names and default values are kept: a caller's source does.
/// </remarks>
public static class SignatureForm
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void", [typeof(object)] = "object", [typeof(string)] = "string", [typeof(bool)] = "bool", [typeof(char)] = "char",
        [typeof(byte)] = "byte", [typeof(sbyte)] = "sbyte", [typeof(short)] = "short", [typeof(ushort)] = "ushort", [typeof(int)] = "int",
        [typeof(uint)] = "uint", [typeof(long)] = "long", [typeof(ulong)] = "ulong", [typeof(float)] = "float", [typeof(double)] = "double",
        [typeof(decimal)] = "decimal", [typeof(nint)] = "nint", [typeof(nuint)] = "nuint",
    };

    /// <summary>All visible types of an assembly in the namespace <c>TorchSharp</c> and below it, by name.</summary>
    public static IReadOnlyList<TypeSignature> Of(Assembly assembly) =>
        assembly.GetTypes()
            .Where(type => IsVisible(type) && !IsGenerated(type) && (type.Namespace == "TorchSharp" || (type.Namespace ?? "").StartsWith("TorchSharp.", StringComparison.Ordinal)))
            .Select(Of)
            .OrderBy(type => type.Name, StringComparer.Ordinal)
            .ToList();

    /// <summary>A type with what it inherits and its visible members.</summary>
    public static TypeSignature Of(Type type)
    {
        if (IsDelegate(type))
        {
            var invoke = type.GetMethod("Invoke")!;
            return new TypeSignature(NameOf(type), [$"delegate {ReturnType(invoke)} ({Parameters(invoke)}){Constraints(type.GetGenericArguments())}"]);
        }
        var lines = new List<string> { TypeLine(type) };
        if (type.IsEnum)
        {
            lines.AddRange(type.GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => $"{field.Name} = {field.GetRawConstantValue()}"));
            return new TypeSignature(NameOf(type), lines);
        }
        if (type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType))
            lines.Add($"inherits {NameOf(parent)}");
        lines.AddRange(type.GetInterfaces().Where(IsVisible).Select(contract => $"implements {NameOf(contract)}"));
        lines.AddRange(type.GetFields(Declared).Where(field => IsVisible(field) && !IsGenerated(field)).Select(Line));
        lines.AddRange(type.GetConstructors(Declared).Where(constructor => !constructor.IsStatic && IsVisible(constructor)).Select(Line));
        lines.AddRange(type.GetProperties(Declared).Where(property => property.GetAccessors(true).Any(IsVisible)).Select(Line));
        lines.AddRange(type.GetEvents(Declared).Where(handler => IsVisible(handler.AddMethod!)).Select(Line));
        lines.AddRange(type.GetMethods(Declared)
            .Where(method => IsVisible(method) && !IsGenerated(method) && method.Name != "Finalize" && !(method.IsSpecialName && !method.Name.StartsWith("op_", StringComparison.Ordinal)))
            .Select(Line));
        lines.Sort(1, lines.Count - 1, StringComparer.Ordinal);
        return new TypeSignature(NameOf(type), lines);
    }

    /// <summary>A type's name as C# source would write it from inside the namespace <c>TorchSharp</c>.</summary>
    public static string NameOf(Type type) => NameOf(type, null);

    private static string NameOf(Type type, Queue<string?>? tupleNames)
    {
        if (type.IsByRef)
            return NameOf(type.GetElementType()!, tupleNames);
        if (type.IsArray)
            return $"{NameOf(type.GetElementType()!, tupleNames)}[{new string(',', type.GetArrayRank() - 1)}]";
        if (type.IsPointer)
            return $"{NameOf(type.GetElementType()!, tupleNames)}*";
        if (type.IsGenericParameter)
            return type.Name;
        if (Keywords.TryGetValue(type, out var keyword))
            return keyword;
        if (Nullable.GetUnderlyingType(type) is { } underlying)
            return $"{NameOf(underlying, tupleNames)}?";
        if (type.IsGenericType && !type.IsGenericTypeDefinition && type.FullName is { } full && full.StartsWith("System.ValueTuple`", StringComparison.Ordinal)
            || type.IsGenericType && !type.IsGenericTypeDefinition && type.Namespace == "System" && type.Name.StartsWith("ValueTuple`", StringComparison.Ordinal))
        {
            var items = type.GetGenericArguments();
            var names = items.Select(_ => tupleNames is { Count: > 0 } ? tupleNames.Dequeue() : null).ToArray();
            return "(" + string.Join(", ", items.Select((item, i) => names[i] is { } name ? $"{NameOf(item, tupleNames)} {name}" : NameOf(item, tupleNames))) + ")";
        }
        var arguments = new Queue<Type>(type.GetGenericArguments());
        var chain = new Stack<Type>();
        for (var level = type; level is not null; level = level.DeclaringType)
            chain.Push(level);
        var written = new StringBuilder();
        if (type.Namespace is { Length: > 0 } space && space != "TorchSharp")
            written.Append(space.StartsWith("TorchSharp.", StringComparison.Ordinal) ? space["TorchSharp.".Length..] : space).Append('.');
        var used = 0;
        foreach (var level in chain)
        {
            if (written.Length > 0 && written[^1] != '.')
                written.Append('.');
            var simple = level.Name;
            var tick = simple.IndexOf('`');
            written.Append(tick < 0 ? simple : simple[..tick]);
            var own = level.GetGenericArguments().Length - used;
            if (own > 0)
                written.Append('<').Append(string.Join(", ", Enumerable.Range(0, own).Select(_ => NameOf(arguments.Dequeue(), tupleNames)))).Append('>');
            used += own;
        }
        return written.ToString();
    }

    private static string TypeLine(Type type)
    {
        var kind = type.IsEnum ? $"enum : {NameOf(Enum.GetUnderlyingType(type))}" : type.IsInterface ? "interface" : type.IsValueType ? "struct" : "class";
        var modifiers = type.IsInterface || type.IsValueType ? "" : type.IsAbstract && type.IsSealed ? "static " : type.IsAbstract ? "abstract " : type.IsSealed ? "sealed " : "";
        var own = type.GetGenericArguments().Skip(type.DeclaringType?.GetGenericArguments().Length ?? 0).ToArray();
        return (type.IsNestedFamily || type.IsNestedFamORAssem ? "protected " : "") + modifiers + kind + Constraints(own);
    }

    private static string Line(FieldInfo field)
    {
        var modifiers = field.IsLiteral ? "const " : (field.IsStatic ? "static " : "") + (field.IsInitOnly ? "readonly " : "");
        var value = field.IsLiteral ? $" = {Literal(field.GetRawConstantValue(), field.FieldType)}" : "";
        return $"{Access(field.IsPublic)}{modifiers}{NameOf(field.FieldType, TupleNames(field))} {field.Name}{value}";
    }

    private static string Line(ConstructorInfo constructor) => $"{Access(constructor.IsPublic)}new({Parameters(constructor)})";

    private static string Line(EventInfo handler) => $"{Access(handler.AddMethod!.IsPublic)}{Modifiers(handler.AddMethod!)}event {NameOf(handler.EventHandlerType!)} {handler.Name}";

    private static string Line(PropertyInfo property)
    {
        var accessors = property.GetAccessors(true).Where(IsVisible).ToArray();
        var isPublic = accessors.Any(accessor => accessor.IsPublic);
        var indices = property.GetIndexParameters();
        var name = indices.Length > 0 ? $"this[{string.Join(", ", indices.Select(Parameter))}]" : property.Name;
        var body = new StringBuilder();
        if (property.GetMethod is { } get && IsVisible(get))
            body.Append(isPublic && !get.IsPublic ? "protected get; " : "get; ");
        if (property.SetMethod is { } set && IsVisible(set))
            body.Append(isPublic && !set.IsPublic ? "protected " : "")
                .Append(set.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) ? "init; " : "set; ");
        var reference = property.PropertyType.IsByRef ? "ref " : "";
        return $"{Access(isPublic)}{Modifiers(accessors[0])}{reference}{NameOf(property.PropertyType, TupleNames(property))} {name} {{ {body}}}";
    }

    private static string Line(MethodInfo method)
    {
        var generic = method.IsGenericMethodDefinition ? $"<{string.Join(", ", method.GetGenericArguments().Select(argument => argument.Name))}>" : "";
        var extension = method.IsDefined(typeof(ExtensionAttribute), false) ? "this " : "";
        return $"{Access(method.IsPublic)}{Modifiers(method)}{ReturnType(method)} {method.Name}{generic}({extension}{Parameters(method)}){Constraints(method.GetGenericArguments())}";
    }

    private static string ReturnType(MethodInfo method) =>
        (method.ReturnType.IsByRef ? "ref " : "") + NameOf(method.ReturnType, TupleNames(method.ReturnParameter));

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(Parameter));

    private static string Parameter(ParameterInfo parameter)
    {
        var passing = parameter.ParameterType.IsByRef ? (parameter.IsOut ? "out " : parameter.IsIn ? "in " : "ref ") : "";
        if (parameter.IsDefined(typeof(ParamArrayAttribute), false) || parameter.IsDefined(typeof(ParamCollectionAttribute), false))
            passing = "params ";
        var value = parameter.HasDefaultValue ? $" = {Literal(parameter.RawDefaultValue, parameter.ParameterType)}" : "";
        return $"{passing}{NameOf(parameter.ParameterType, TupleNames(parameter))} {parameter.Name}{value}";
    }

    private static string Literal(object? value, Type type)
    {
        type = Nullable.GetUnderlyingType(type) is { } underlying && value is not null ? underlying : type;
        if (value is null)
            return type.IsValueType && Nullable.GetUnderlyingType(type) is null ? "default" : "null";
        if (type.IsEnum)
            return $"{NameOf(type)}.{Enum.GetName(type, value) ?? value.ToString()}";
        return value switch
        {
            bool truth => truth ? "true" : "false",
            string text => "\"" + text.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n").Replace("\r", "\\r") + "\"",
            char letter => $"'{letter}'",
            float number => number.ToString("R", CultureInfo.InvariantCulture) + "f",
            double number => number.ToString("R", CultureInfo.InvariantCulture) + "d",
            IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
            _ => value.ToString()!,
        };
    }

    private static string Constraints(Type[] arguments)
    {
        var written = new StringBuilder();
        foreach (var argument in arguments.Where(argument => argument.IsGenericParameter))
        {
            var attributes = argument.GenericParameterAttributes;
            var isStruct = attributes.HasFlag(GenericParameterAttributes.NotNullableValueTypeConstraint);
            var parts = new List<string>();
            if (argument.CustomAttributes.Any(attribute => attribute.AttributeType.Name == "IsUnmanagedAttribute"))
                parts.Add("unmanaged");
            else if (isStruct)
                parts.Add("struct");
            if (attributes.HasFlag(GenericParameterAttributes.ReferenceTypeConstraint))
                parts.Add("class");
            parts.AddRange(argument.GetGenericParameterConstraints().Where(constraint => constraint != typeof(ValueType)).Select(NameOf).Order(StringComparer.Ordinal));
            if (attributes.HasFlag(GenericParameterAttributes.DefaultConstructorConstraint) && !isStruct)
                parts.Add("new()");
            if (parts.Count > 0)
                written.Append($" where {argument.Name} : {string.Join(", ", parts)}");
        }
        return written.ToString();
    }

    private static Queue<string?>? TupleNames(ICustomAttributeProvider member) =>
        member.GetCustomAttributes(typeof(TupleElementNamesAttribute), false) is [TupleElementNamesAttribute names, ..] ? new Queue<string?>(names.TransformNames) : null;

    private static string Access(bool isPublic) => isPublic ? "" : "protected ";

    private static string Modifiers(MethodInfo method)
    {
        if (method.DeclaringType!.IsInterface)
            return method.IsStatic ? "static " : "";
        if (method.IsStatic)
            return "static ";
        var overrides = method.GetBaseDefinition() != method;
        if (method.IsAbstract)
            return overrides ? "abstract override " : "abstract ";
        if (!method.IsVirtual)
            return "";
        if (overrides)
            return method.IsFinal ? "sealed override " : "override ";
        return method.IsFinal ? "" : "virtual ";
    }

    private static bool IsDelegate(Type type) => type.BaseType == typeof(MulticastDelegate);

    private static bool IsGenerated(MemberInfo member) => member.Name.Contains('<');

    private static bool IsVisible(Type type)
    {
        if (type.HasElementType)
            return IsVisible(type.GetElementType()!);
        if (!type.IsNested)
            return type.IsPublic;
        return (type.IsNestedPublic || type.IsNestedFamily || type.IsNestedFamORAssem) && IsVisible(type.DeclaringType!);
    }

    private static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static bool IsVisible(FieldInfo field) => field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly;
}

/// <summary>A type and its lines; the first line says what kind of type it is, the others are its members in ordinal order.</summary>
public sealed record TypeSignature(string Name, IReadOnlyList<string> Lines);
