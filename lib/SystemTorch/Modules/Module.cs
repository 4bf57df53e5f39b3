// torch.nn.Module: a tree of parameters, buffers and submodules, its state dictionary and its file.
using System.Reflection;
using TorchSharp.Modules;
using TorchSharp.Utils;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>A part of a network: it owns parameters, buffers and submodules under names.</summary>
        /// <remarks>Derived classes assign their parts to fields and call <see cref="RegisterComponents"/> at the end of the constructor.</remarks>
        public class Module : IDisposable
        {
            private const BindingFlags AnyInstanceMember = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance;

            /// <summary>Device of the last move.</summary>
            protected DeviceType _deviceType = DeviceType.CPU;

            /// <summary>Device index of the last move, -1 for the CPU.</summary>
            protected int _deviceIndex = -1;

            /// <summary>Submodules by name, in order of registration.</summary>
            protected OrderedDict<string, Module> _internal_submodules = new();

            /// <summary>Buffers by name, each with whether it is part of the state dictionary.</summary>
            protected OrderedDict<string, (Tensor, bool)> _internal_buffers = new();

            /// <summary>Parameters by name, in order of registration.</summary>
            protected OrderedDict<string, Parameter> _internal_params = new();

            /// <summary>The module's name; the type's name when null.</summary>
            protected string? name;

            private bool _training = true;
            private bool _registered;
            private bool _disposed;

            /// <summary>A module without parts.</summary>
            /// <param name="name">Shown by <see cref="GetName"/>.</param>
            protected Module(string name) => this.name = name;

            /// <summary>Whether the module trains (true after construction) or evaluates.</summary>
            public virtual bool training => _training;

            /// <summary>The module's name.</summary>
            public virtual string GetName() => string.IsNullOrEmpty(name) ? GetType().Name : name;

            /// <summary>Frees all parameters and buffers of the module and of its submodules.</summary>
            public void Dispose()
            {
                Dispose(true);
                GC.SuppressFinalize(this);
            }

            /// <summary>Frees what the module owns.</summary>
            protected virtual void Dispose(bool disposing)
            {
                if (!disposing || _disposed) return;
                _disposed = true;
                foreach (var (buffer, _) in _internal_buffers.Values) FreeIfAlive(buffer);
                foreach (var parameter in _internal_params.Values) FreeIfAlive(parameter);
                foreach (var (_, child) in named_children()) child.Dispose();
            }

            /// <summary>Switches the module and its submodules to training.</summary>
            /// <param name="train">False switches to evaluation.</param>
            public virtual void train(bool train = true)
            {
                _training = train;
                foreach (var (_, child) in named_children()) child.train(train);
            }

            /// <summary>Switches the module and its submodules to evaluation.</summary>
            public virtual void eval() => train(false);

            /// <summary>Clears the gradients of all parameters.</summary>
            /// <param name="set_to_none">True (default) drops the gradient, false fills it with zeros.</param>
            public virtual void zero_grad(bool set_to_none = true)
            {
                foreach (var parameter in parameters())
                {
                    using var grad = parameter.grad;
                    if (grad is null) continue;
                    if (set_to_none) parameter.grad = null;
                    else grad.zero_();
                }
            }

            /// <summary>Calls a function on every submodule, children first, then on the module itself.</summary>
            public virtual Module apply(Action<Module> fn)
            {
                foreach (var (_, child) in named_children()) child.apply(fn);
                fn(this);
                return this;
            }

            /// <summary>The direct submodules by name.</summary>
            public virtual IEnumerable<(string name, Module module)> named_children() => _internal_submodules;

            /// <summary>The direct submodules.</summary>
            public virtual IEnumerable<Module> children() => named_children().Select(child => child.module);

            /// <summary>All submodules by dotted name: the direct ones first, then those below each.</summary>
            public virtual IEnumerable<(string name, Module module)> named_modules()
            {
                foreach (var child in named_children()) yield return child;
                foreach (var (childName, child) in named_children())
                    foreach (var (below, module) in child.named_modules())
                        yield return ($"{childName}.{below}", module);
            }

            /// <summary>All submodules.</summary>
            public virtual IEnumerable<Module> modules() => named_modules().Select(entry => entry.module);

            /// <summary>The parameters by dotted name; a parameter used twice is named once.</summary>
            /// <param name="recurse">Whether those of submodules are included.</param>
            public virtual IEnumerable<(string name, Parameter parameter)> named_parameters(bool recurse = true)
            {
                var seen = new HashSet<Tensor>(ReferenceEqualityComparer.Instance);
                foreach (var (ownName, parameter) in _internal_params)
                    if (!parameter.IsInvalid && seen.Add(parameter))
                        yield return (ownName, parameter);
                if (!recurse) yield break;
                foreach (var (childName, child) in named_children())
                    foreach (var (below, parameter) in child.named_parameters(true))
                        if (seen.Add(parameter))
                            yield return ($"{childName}.{below}", parameter);
            }

            /// <summary>The parameters.</summary>
            /// <param name="recurse">Whether those of submodules are included.</param>
            public virtual IEnumerable<Parameter> parameters(bool recurse = true) =>
                named_parameters(recurse).Select(entry => entry.parameter);

            /// <summary>The buffers by dotted name.</summary>
            /// <param name="recurse">Whether those of submodules are included.</param>
            /// <param name="include_nonpersistent">Whether buffers that are not part of the state dictionary are included.</param>
            public virtual IEnumerable<(string name, Tensor buffer)> named_buffers(bool recurse = true, bool include_nonpersistent = true)
            {
                var seen = new HashSet<Tensor>(ReferenceEqualityComparer.Instance);
                foreach (var (ownName, (buffer, persistent)) in _internal_buffers)
                    if ((persistent || include_nonpersistent) && !buffer.IsInvalid && seen.Add(buffer))
                        yield return (ownName, buffer);
                if (!recurse) yield break;
                foreach (var (childName, child) in named_children())
                    foreach (var (below, buffer) in child.named_buffers(true, include_nonpersistent))
                        if (seen.Add(buffer))
                            yield return ($"{childName}.{below}", buffer);
            }

            /// <summary>The buffers.</summary>
            /// <param name="recurse">Whether those of submodules are included.</param>
            /// <param name="include_nonpersistent">Whether buffers that are not part of the state dictionary are included.</param>
            public virtual IEnumerable<Tensor> buffers(bool recurse = true, bool include_nonpersistent = true) =>
                named_buffers(recurse, include_nonpersistent).Select(entry => entry.buffer);

            /// <summary>The module's own parameters by name.</summary>
            protected virtual (string name, Parameter parameter)[] _named_parameters() => [.. named_parameters(false)];

            /// <summary>The module's own buffers by name.</summary>
            protected virtual (string name, Tensor buffer)[] _named_buffers() => [.. named_buffers(false)];

            /// <summary>The parameters.</summary>
            protected virtual Parameter[] _parameters(bool recurse = true) => [.. parameters(recurse)];

            /// <summary>Whether a parameter has this dotted name.</summary>
            public virtual bool has_parameter(string target) =>
                _internal_params.ContainsKey(target) || ChildrenOnPath(target).Any(step => step.child.has_parameter(step.rest));

            /// <summary>Whether a buffer has this dotted name.</summary>
            public virtual bool has_buffer(string target) =>
                _internal_buffers.ContainsKey(target) || ChildrenOnPath(target).Any(step => step.child.has_buffer(step.rest));

            /// <summary>The parameter of a dotted name, or null.</summary>
            public virtual Parameter? get_parameter(string target) =>
                _internal_params.TryGetValue(target, out var own)
                    ? own
                    : ChildrenOnPath(target).Select(step => step.child.get_parameter(step.rest)).FirstOrDefault(found => found is not null);

            /// <summary>The buffer of a dotted name, or null.</summary>
            public virtual Tensor? get_buffer(string target) =>
                _internal_buffers.TryGetValue(target, out var own)
                    ? own.Item1
                    : ChildrenOnPath(target).Select(step => step.child.get_buffer(step.rest)).FirstOrDefault(found => found is not null);

            /// <summary>Adds a parameter.</summary>
            /// <exception cref="InvalidOperationException">The name is taken.</exception>
            public virtual void register_parameter(string name, Parameter param)
            {
                if (param is null || param.IsInvalid)
                    throw new ArgumentNullException(nameof(param), "A null tensor cannot be registered as a parameter.");
                if (_internal_params.ContainsKey(name))
                    throw new InvalidOperationException($"Parameter {name} is already registered.");
                _internal_params.Add(name, param);
            }

            /// <summary>Adds a buffer: state that is not learned.</summary>
            /// <param name="name">Its name.</param>
            /// <param name="tensor">Its value.</param>
            /// <param name="persistent">Whether it is part of the state dictionary; true by default.</param>
            /// <exception cref="InvalidOperationException">The name is taken.</exception>
            public virtual void register_buffer(string name, Tensor tensor, bool persistent = true)
            {
                if (tensor is null || tensor.IsInvalid)
                    throw new ArgumentNullException(nameof(tensor), "A null tensor cannot be registered as a buffer.");
                if (_internal_buffers.ContainsKey(name))
                    throw new InvalidOperationException($"Tensor {name} is already registered.");
                _internal_buffers.Add(name, (tensor, persistent));
            }

            /// <summary>Adds a submodule; null removes the one of that name.</summary>
            /// <exception cref="ArgumentException">The name is empty or holds a dot.</exception>
            /// <exception cref="InvalidOperationException">The name is taken.</exception>
            public virtual void register_module(string name, Module submodule)
            {
                if (submodule is null || submodule._disposed)
                {
                    _internal_submodules.Remove(name);
                    return;
                }
                if (name.Contains('.')) throw new ArgumentException($"module name can't contain \".\", got: {name}");
                if (name.Length == 0) throw new ArgumentException("module name can't be empty string \"\"");
                if (_internal_submodules.ContainsKey(name)) throw new InvalidOperationException($"Sub-module {name} is already registered.");
                submodule.RegisterComponents();
                _internal_submodules.Add(name, submodule);
            }

            /// <summary>Adds a submodule.</summary>
            public void add_module(string name, Module module) => register_module(name, module);

            /// <summary>Registers the fields that hold modules, parameters and tensors, under their names.</summary>
            protected virtual void RegisterComponents()
            {
                if (_registered) return;
                foreach (var field in FieldsOf(GetType()))
                {
                    var fieldName = field.ComponentName();
                    if (_internal_submodules.ContainsKey(fieldName) || _internal_params.ContainsKey(fieldName) || _internal_buffers.ContainsKey(fieldName))
                        continue;
                    switch (field.GetValue(this))
                    {
                        case Module module: register_module(fieldName, module); break;
                        case Parameter parameter: register_parameter(fieldName, parameter); break;
                        case Tensor tensor: register_buffer(fieldName, tensor); break;
                    }
                }
                _registered = true;
            }

            /// <summary>Sets or, with null, removes a parameter.</summary>
            protected void ConditionallyRegisterParameter(string name, Tensor? value) =>
                ConditionallyRegisterParameter(name, value as Parameter);

            /// <summary>Sets or, with null, removes a parameter.</summary>
            protected void ConditionallyRegisterParameter(string name, Parameter? value)
            {
                if (value is null) _internal_params.Remove(name);
                else _internal_params[name] = value;
            }

            /// <summary>Sets or, with null, removes a buffer.</summary>
            protected void ConditionallyRegisterBuffer(string name, Tensor? value, bool persistent = true)
            {
                if (value is null) _internal_buffers.Remove(name);
                else _internal_buffers[name] = (value, persistent);
            }

            /// <summary>Forgets all submodules.</summary>
            protected void ClearModules() => _internal_submodules.Clear();

            /// <summary>All parameters and persistent buffers by dotted name.</summary>
            /// <param name="destination">A dictionary to add to; a new one by default.</param>
            /// <param name="prefix">Put before each name with a dot between.</param>
            public virtual Dictionary<string, Tensor> state_dict(Dictionary<string, Tensor>? destination = null, string? prefix = null)
            {
                destination ??= [];
                string Full(string part) => string.IsNullOrEmpty(prefix) ? part : $"{prefix}.{part}";
                foreach (var (part, parameter) in named_parameters()) destination.TryAdd(Full(part), parameter);
                foreach (var (part, buffer) in named_buffers(include_nonpersistent: false)) destination.TryAdd(Full(part), buffer);
                foreach (var (part, child) in named_children()) child.state_dict(destination, Full(part));
                return destination;
            }

            /// <summary>Copies values into the parameters and buffers of the same names.</summary>
            /// <param name="source">Values by dotted name.</param>
            /// <param name="strict">Whether the names must be the same on both sides; true by default.</param>
            /// <param name="skip">Names to leave alone.</param>
            /// <returns>The names that the source lacks and those that the module lacks.</returns>
            /// <exception cref="InvalidOperationException">Names differ and <paramref name="strict"/> is set.</exception>
            public virtual (IList<string> missing_keys, IList<string> unexpected_keyes) load_state_dict(Dictionary<string, Tensor> source, bool strict = true, IList<string>? skip = null)
            {
                var destination = state_dict();
                var wanted = source.Keys.Where(key => skip?.Contains(key) != true).ToList();
                var unexpected = wanted.Where(key => !destination.ContainsKey(key)).ToList();
                var missing = destination.Keys.Where(key => skip?.Contains(key) != true && !source.ContainsKey(key)).ToList();
                if (strict && (missing.Count > 0 || unexpected.Count > 0))
                    throw new InvalidOperationException(
                        $"The loaded state_dict is not identical to the target dictionary: missing [{string.Join(", ", missing)}], unexpected [{string.Join(", ", unexpected)}].");
                using (no_grad())
                    foreach (var key in wanted)
                        if (destination.TryGetValue(key, out var target))
                            target.copy_(source[key]);
                return (missing, unexpected);
            }

            /// <summary>Writes the state dictionary to a file.</summary>
            public Module save(string location, IList<string>? skip = null)
            {
                using var stream = File.Create(location);
                return save(stream, skip);
            }

            /// <summary>Writes the state dictionary; the stream is closed afterwards.</summary>
            public Module save(Stream stream, IList<string>? skip = null)
            {
                using var writer = new BinaryWriter(stream);
                return save(writer, skip);
            }

            /// <summary>Writes the state dictionary.</summary>
            public Module save(BinaryWriter writer, IList<string>? skip = null)
            {
                save_state_dict(writer, state_dict(), skip);
                return this;
            }

            /// <summary>Writes named tensors: their count (LEB128), then each name and tensor.</summary>
            public static void save_state_dict(BinaryWriter writer, Dictionary<string, Tensor> sd, IList<string>? skip = null)
            {
                var kept = sd.Where(entry => skip?.Contains(entry.Key) != true).ToList();
                writer.Write7BitEncodedInt64(kept.Count);
                foreach (var (key, tensor) in kept)
                {
                    writer.Write(key);
                    tensor.Save(writer);
                }
            }

            /// <summary>Reads a file of <see cref="save(string, IList{string})"/> into the module.</summary>
            /// <param name="location">The file.</param>
            /// <param name="strict">Whether the names must be the same on both sides.</param>
            /// <param name="skip">Names to leave alone.</param>
            /// <param name="loadedParameters">Receives each name of the file and whether the module has it.</param>
            public virtual Module load(string location, bool strict = true, IList<string>? skip = null, Dictionary<string, bool>? loadedParameters = null)
            {
                if (!File.Exists(location)) throw new FileNotFoundException(location);
                using var stream = File.OpenRead(location);
                return load(stream, strict, skip, loadedParameters);
            }

            /// <summary>Reads a state dictionary into the module; the stream is closed afterwards.</summary>
            public Module load(Stream stream, bool strict = true, IList<string>? skip = null, Dictionary<string, bool>? loadedParameters = null)
            {
                using var reader = new BinaryReader(stream);
                return load(reader, strict, skip, loadedParameters);
            }

            /// <summary>Reads a state dictionary into the module.</summary>
            /// <exception cref="ArgumentException">Names differ and <paramref name="strict"/> is set.</exception>
            public virtual Module load(BinaryReader reader, bool strict = true, IList<string>? skip = null, Dictionary<string, bool>? loadedParameters = null)
            {
                var (deviceType, deviceIndex) = (_deviceType, _deviceIndex);
                if (deviceType != DeviceType.CPU) _to(DeviceType.CPU, -1, false);
                try
                {
                    var destination = state_dict();
                    var count = reader.Read7BitEncodedInt64();
                    if (strict && count != destination.Count)
                        throw new ArgumentException($"Mismatched state_dict sizes: expected {destination.Count}, but found {count} entries.");
                    for (long i = 0; i < count; i++)
                    {
                        var key = reader.ReadString();
                        var found = destination.TryGetValue(key, out var target);
                        if (strict && !found)
                            throw new ArgumentException($"Mismatched module state names: the target modules does not have a submodule or buffer named '{key}'");
                        if (found && skip?.Contains(key) != true) target!.Load(reader);
                        else TensorExtensionMethods.Load(reader, skip: true);
                        loadedParameters?.Add(key, found);
                    }
                }
                finally
                {
                    if (deviceType != DeviceType.CPU) _to(deviceType, deviceIndex, false);
                }
                return this;
            }

            /// <summary>Constructs a module and reads a file into it.</summary>
            public static Module Create<T>(string path) where T : Module, new() => new T().load(path);

            /// <summary>Moves and converts parameters and buffers.</summary>
            protected internal virtual Module _to(Device device, ScalarType dtype, bool non_blocking)
            {
                CheckModuleType(dtype);
                if (device.type != DeviceType.CUDA) device = new Device(device.type, -1);
                CheckDevice(device.type);
                _toEpilog(device, dtype, non_blocking);
                return this;
            }

            /// <summary>Moves parameters and buffers.</summary>
            protected internal virtual Module _to(DeviceType deviceType, int deviceIndex, bool non_blocking)
            {
                CheckDevice(deviceType);
                _toEpilog(deviceType, deviceType == DeviceType.CUDA ? deviceIndex : -1, non_blocking);
                return this;
            }

            /// <summary>Converts parameters and floating-point or complex buffers.</summary>
            protected internal virtual Module _to(ScalarType dtype, bool non_blocking)
            {
                CheckModuleType(dtype);
                _toEpilog(dtype, non_blocking);
                return this;
            }

            /// <summary>Moves and converts to another tensor's device and type.</summary>
            public Module _to(Tensor other, bool non_blocking)
            {
                _to(other.dtype, non_blocking);
                return _to(other.device_type, other.device_index, non_blocking);
            }

            /// <summary>Converts the tree below.</summary>
            protected void _toEpilog(ScalarType dtype, bool non_blocking) => _toEpilog(dtype, null, non_blocking);

            /// <summary>Moves and converts the tree below.</summary>
            protected void _toEpilog(Device device, ScalarType dtype, bool non_blocking) => _toEpilog(dtype, device, non_blocking);

            /// <summary>Moves the tree below.</summary>
            protected void _toEpilog(DeviceType deviceType, int deviceIndex, bool non_blocking) =>
                _toEpilog(null, new Device(deviceType, deviceIndex), non_blocking);

            /// <summary>Moves and converts the submodules, then the module's own parameters and buffers.</summary>
            /// <remarks>A changed tensor is a new object: its property or field is set and the old one freed.</remarks>
            protected virtual void _toEpilog(ScalarType? dtype, Device? device, bool non_blocking)
            {
                if (dtype is null && device is null) throw new ArgumentNullException(nameof(dtype), "Neither a type nor a device to move to was given.");
                foreach (var (_, child) in named_children())
                {
                    if (device is null) child._to(dtype!.Value, non_blocking);
                    else if (dtype is null) child._to(device.type, device.index, non_blocking);
                    else child._to(device, dtype.Value, non_blocking);
                }
                foreach (var (ownName, parameter) in named_parameters(false).ToList())
                {
                    if (!ReplaceParameter(dtype, device, parameter, out var replaced)) continue;
                    if (SetProperty(ownName, replaced!)) continue;
                    parameter.Dispose();
                    ConditionallyRegisterParameter(ownName, replaced);
                    SetField(ownName, replaced!);
                }
                foreach (var (ownName, (buffer, persistent)) in _internal_buffers.Snapshot())
                {
                    if (!ReplaceBuffer(dtype, device, buffer, out var replaced)) continue;
                    if (SetProperty(ownName, replaced!)) continue;
                    ConditionallyRegisterBuffer(ownName, replaced, persistent);
                    SetField(ownName, replaced!);
                }
                if (device is not null) (_deviceType, _deviceIndex) = (device.type, device.index);
            }

            /// <summary>A converted copy of a buffer, which is freed; false when nothing changes. Whole-number buffers keep their type.</summary>
            protected static bool ReplaceBuffer(ScalarType? dtype, Device? device, Tensor buffer, out Tensor? result)
            {
                result = null;
                var type = TargetType(buffer, dtype);
                if (!Changes(buffer, type, device)) return false;
                using (no_grad()) result = buffer.to(type, device ?? buffer.device).DetachFromDisposeScope();
                buffer.Dispose();
                return true;
            }

            /// <summary>A converted copy of a parameter with its gradient; false when nothing changes.</summary>
            protected static bool ReplaceParameter(ScalarType? dtype, Device? device, Parameter param, out Parameter? p)
            {
                p = null;
                using var grad = param.grad;
                var type = TargetType(param, dtype);
                if (!Changes(param, type, device) && (grad is null || !Changes(grad, type, device))) return false;
                using (no_grad())
                {
                    p = new Parameter(param.to(type, device ?? param.device), param.requires_grad);
                    p.DetachFromDisposeScope();
                    if (grad is not null)
                    {
                        using var moved = grad.to(type, device ?? param.device).with_requires_grad(grad.requires_grad);
                        p.grad = moved;
                    }
                }
                return true;
            }

            /// <summary>The given device and type, or the defaults.</summary>
            protected static (Device device, ScalarType dtype) GetDefaultDeviceAndType(Device? device = null, ScalarType? dtype = null) =>
                (device ?? get_default_device(), dtype ?? get_default_dtype());

            /// <summary>Puts a parameter in a slot and in the registry; the one before it is freed.</summary>
            private protected void Assign(ref Parameter? slot, Parameter? value, string name)
            {
                if (ReferenceEquals(slot, value)) return;
                slot?.Dispose();
                slot = value;
                value?.DetachFromDisposeScope();
                ConditionallyRegisterParameter(name, value);
            }

            /// <summary>Puts a buffer in a slot and in the registry; the one before it is freed.</summary>
            private protected void Assign(ref Tensor? slot, Tensor? value, string name)
            {
                if (ReferenceEquals(slot, value)) return;
                slot?.Dispose();
                slot = value;
                value?.DetachFromDisposeScope();
                ConditionallyRegisterBuffer(name, value);
            }

            private static void FreeIfAlive(Tensor? tensor)
            {
                if (tensor is not null && !tensor.IsInvalid) tensor.DetachFromDisposeScope().Dispose();
            }

            private static void CheckModuleType(ScalarType dtype)
            {
                if (!is_floating_point(dtype) && !is_complex(dtype))
                    throw new ArgumentException($"nn.Module.to only accepts floating point or complex types, but got desired dtype={dtype}");
            }

            private static void CheckDevice(DeviceType type)
            {
                if (type == DeviceType.CUDA && !cuda.is_available()) throw new InvalidOperationException("CUDA is not available.");
            }

            private static ScalarType TargetType(Tensor tensor, ScalarType? dtype) =>
                dtype is { } wanted && (is_floating_point(tensor.dtype) || is_complex(tensor.dtype)) ? wanted : tensor.dtype;

            private static bool Changes(Tensor tensor, ScalarType type, Device? device) =>
                tensor.dtype != type || device is not null && (tensor.device_type != device.type || tensor.device_index != device.index);

            private bool SetProperty(string name, Tensor value)
            {
                var property = GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance)
                    .FirstOrDefault(candidate => candidate.Name == name && candidate.CanWrite && candidate.GetIndexParameters().Length == 0);
                property?.SetValue(this, value);
                return property is not null;
            }

            private void SetField(string name, Tensor value) =>
                FieldsOf(GetType()).FirstOrDefault(field => field.ComponentName() == name)?.SetValue(this, value);

            private IEnumerable<(Module child, string rest)> ChildrenOnPath(string target)
            {
                var dot = target.IndexOf('.');
                return dot < 0
                    ? []
                    : named_children().Where(entry => entry.name == target[..dot]).Select(entry => (entry.module, target[(dot + 1)..]));
            }

            // Fields of the type, then of its bases; a name that a derived class uses again is met once.
            private static IEnumerable<FieldInfo> FieldsOf(Type type)
            {
                var seen = new HashSet<string>();
                for (var level = type; level is not null && level != typeof(object); level = level.BaseType)
                    foreach (var field in level.GetFields(AnyInstanceMember))
                        if (seen.Add(field.Name))
                            yield return field;
            }
        }
    }
}
