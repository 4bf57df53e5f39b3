// Modules that hold nothing to learn: moving and converting them does nothing.
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Marks a module without parameters and buffers.</summary>
public interface IParameterLessModule;

/// <summary>A module with one argument and without parameters and buffers.</summary>
public abstract class ParameterLessModule<T1, TResult> : nn.Module<T1, TResult>, IParameterLessModule
{
    /// <summary>A module without parts.</summary>
    protected ParameterLessModule(string name) : base(name) { }

    /// <inheritdoc/>
    protected internal override nn.Module _to(Device device, ScalarType dtype, bool non_blocking) => this;

    /// <inheritdoc/>
    protected internal override nn.Module _to(DeviceType deviceType, int deviceIndex, bool non_blocking) => this;

    /// <inheritdoc/>
    protected internal override nn.Module _to(ScalarType dtype, bool non_blocking) => this;

    /// <summary>Refuses: the module holds no buffers.</summary>
    public override void register_buffer(string name, Tensor tensor, bool persistent = true) => throw ParameterLess.Refusal("a buffer");

    /// <summary>Refuses: the module holds no parameters.</summary>
    public override void register_parameter(string name, Parameter param) => throw ParameterLess.Refusal("a parameter");

    /// <summary>Adds a submodule, which must hold no parameters either.</summary>
    public override void register_module(string name, nn.Module submodule)
    {
        ParameterLess.Check(submodule);
        base.register_module(name, submodule);
    }
}

/// <summary>A module with two arguments and without parameters and buffers.</summary>
public abstract class ParameterLessModule<T1, T2, TResult> : nn.Module<T1, T2, TResult>, IParameterLessModule
{
    /// <summary>A module without parts.</summary>
    protected ParameterLessModule(string name) : base(name) { }

    /// <inheritdoc/>
    protected internal override nn.Module _to(Device device, ScalarType dtype, bool non_blocking) => this;

    /// <inheritdoc/>
    protected internal override nn.Module _to(DeviceType deviceType, int deviceIndex, bool non_blocking) => this;

    /// <inheritdoc/>
    protected internal override nn.Module _to(ScalarType dtype, bool non_blocking) => this;

    /// <summary>Refuses: the module holds no buffers.</summary>
    public override void register_buffer(string name, Tensor tensor, bool persistent = true) => throw ParameterLess.Refusal("a buffer");

    /// <summary>Refuses: the module holds no parameters.</summary>
    public override void register_parameter(string name, Parameter param) => throw ParameterLess.Refusal("a parameter");

    /// <summary>Adds a submodule, which must hold no parameters either.</summary>
    public override void register_module(string name, nn.Module submodule)
    {
        ParameterLess.Check(submodule);
        base.register_module(name, submodule);
    }
}

/// <summary>A module with three arguments and without parameters and buffers.</summary>
public abstract class ParameterLessModule<T1, T2, T3, TResult> : nn.Module<T1, T2, T3, TResult>, IParameterLessModule
{
    /// <summary>A module without parts.</summary>
    protected ParameterLessModule(string name) : base(name) { }

    /// <inheritdoc/>
    protected internal override nn.Module _to(Device device, ScalarType dtype, bool non_blocking) => this;

    /// <inheritdoc/>
    protected internal override nn.Module _to(DeviceType deviceType, int deviceIndex, bool non_blocking) => this;

    /// <inheritdoc/>
    protected internal override nn.Module _to(ScalarType dtype, bool non_blocking) => this;

    /// <summary>Refuses: the module holds no buffers.</summary>
    public override void register_buffer(string name, Tensor tensor, bool persistent = true) => throw ParameterLess.Refusal("a buffer");

    /// <summary>Refuses: the module holds no parameters.</summary>
    public override void register_parameter(string name, Parameter param) => throw ParameterLess.Refusal("a parameter");

    /// <summary>Adds a submodule, which must hold no parameters either.</summary>
    public override void register_module(string name, nn.Module submodule)
    {
        ParameterLess.Check(submodule);
        base.register_module(name, submodule);
    }
}

/// <summary>A module with four arguments and without parameters and buffers.</summary>
public abstract class ParameterLessModule<T1, T2, T3, T4, TResult> : nn.Module<T1, T2, T3, T4, TResult>, IParameterLessModule
{
    /// <summary>A module without parts.</summary>
    protected ParameterLessModule(string name) : base(name) { }

    /// <inheritdoc/>
    protected internal override nn.Module _to(Device device, ScalarType dtype, bool non_blocking) => this;

    /// <inheritdoc/>
    protected internal override nn.Module _to(DeviceType deviceType, int deviceIndex, bool non_blocking) => this;

    /// <inheritdoc/>
    protected internal override nn.Module _to(ScalarType dtype, bool non_blocking) => this;

    /// <summary>Refuses: the module holds no buffers.</summary>
    public override void register_buffer(string name, Tensor tensor, bool persistent = true) => throw ParameterLess.Refusal("a buffer");

    /// <summary>Refuses: the module holds no parameters.</summary>
    public override void register_parameter(string name, Parameter param) => throw ParameterLess.Refusal("a parameter");

    /// <summary>Adds a submodule, which must hold no parameters either.</summary>
    public override void register_module(string name, nn.Module submodule)
    {
        ParameterLess.Check(submodule);
        base.register_module(name, submodule);
    }
}

/// <summary>A module with five arguments and without parameters and buffers.</summary>
public abstract class ParameterLessModule<T1, T2, T3, T4, T5, TResult> : nn.Module<T1, T2, T3, T4, T5, TResult>, IParameterLessModule
{
    /// <summary>A module without parts.</summary>
    protected ParameterLessModule(string name) : base(name) { }

    /// <inheritdoc/>
    protected internal override nn.Module _to(Device device, ScalarType dtype, bool non_blocking) => this;

    /// <inheritdoc/>
    protected internal override nn.Module _to(DeviceType deviceType, int deviceIndex, bool non_blocking) => this;

    /// <inheritdoc/>
    protected internal override nn.Module _to(ScalarType dtype, bool non_blocking) => this;

    /// <summary>Refuses: the module holds no buffers.</summary>
    public override void register_buffer(string name, Tensor tensor, bool persistent = true) => throw ParameterLess.Refusal("a buffer");

    /// <summary>Refuses: the module holds no parameters.</summary>
    public override void register_parameter(string name, Parameter param) => throw ParameterLess.Refusal("a parameter");

    /// <summary>Adds a submodule, which must hold no parameters either.</summary>
    public override void register_module(string name, nn.Module submodule)
    {
        ParameterLess.Check(submodule);
        base.register_module(name, submodule);
    }
}

/// <summary>A module with six arguments and without parameters and buffers.</summary>
public abstract class ParameterLessModule<T1, T2, T3, T4, T5, T6, TResult> : nn.Module<T1, T2, T3, T4, T5, T6, TResult>, IParameterLessModule
{
    /// <summary>A module without parts.</summary>
    protected ParameterLessModule(string name) : base(name) { }

    /// <inheritdoc/>
    protected internal override nn.Module _to(Device device, ScalarType dtype, bool non_blocking) => this;

    /// <inheritdoc/>
    protected internal override nn.Module _to(DeviceType deviceType, int deviceIndex, bool non_blocking) => this;

    /// <inheritdoc/>
    protected internal override nn.Module _to(ScalarType dtype, bool non_blocking) => this;

    /// <summary>Refuses: the module holds no buffers.</summary>
    public override void register_buffer(string name, Tensor tensor, bool persistent = true) => throw ParameterLess.Refusal("a buffer");

    /// <summary>Refuses: the module holds no parameters.</summary>
    public override void register_parameter(string name, Parameter param) => throw ParameterLess.Refusal("a parameter");

    /// <summary>Adds a submodule, which must hold no parameters either.</summary>
    public override void register_module(string name, nn.Module submodule)
    {
        ParameterLess.Check(submodule);
        base.register_module(name, submodule);
    }
}

internal static class ParameterLess
{
    internal static InvalidOperationException Refusal(string what) =>
        new($"Cannot register {what} on a module that is declared 'parameter-less.'");

    internal static void Check(nn.Module submodule)
    {
        if (submodule is not IParameterLessModule)
            throw new InvalidOperationException("Submodules of a parameter-less module must also be parameter-less.");
    }
}
