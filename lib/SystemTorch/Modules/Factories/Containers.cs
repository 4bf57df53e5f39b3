// Construction of modules: containers and parameters.
using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>A tensor that is learned; the native tensor changes hands.</summary>
        public static Parameter Parameter(Tensor data, bool requires_grad = true) => new(data, requires_grad);

        /// <inheritdoc cref="Modules.ParameterList"/>
        public static ParameterList ParameterList(params Parameter[] parameters) => new(parameters);

        /// <inheritdoc cref="Modules.ParameterDict"/>
        public static ParameterDict ParameterDict(params (string, Parameter)[] parameters)
        {
            var result = new ParameterDict();
            foreach (var entry in parameters) result.Add(entry);
            return result;
        }

        /// <inheritdoc cref="Modules.ModuleList{T}"/>
        public static ModuleList<Module> ModuleList(params Module[] modules) => new(modules);

        /// <inheritdoc cref="Modules.ModuleList{T}"/>
        public static ModuleList<T> ModuleList<T>(params T[] modules) where T : Module => new(modules);

        /// <inheritdoc cref="Modules.ModuleDict{T}"/>
        public static ModuleDict<Module> ModuleDict(params (string, Module)[] modules) => ModuleDict<Module>(modules);

        /// <inheritdoc cref="Modules.ModuleDict{T}"/>
        public static ModuleDict<T> ModuleDict<T>(params (string, T)[] modules) where T : Module
        {
            var result = new ModuleDict<T>();
            foreach (var entry in modules) result.Add(entry);
            return result;
        }

        /// <summary>An empty chain.</summary>
        public static Sequential Sequential() => new();

        /// <summary>A chain of named modules.</summary>
        public static Sequential Sequential(params (string name, Module<Tensor, Tensor> submodule)[] modules) =>
            Sequential((IEnumerable<(string, Module<Tensor, Tensor>)>)modules);

        /// <summary>A chain of modules named by position.</summary>
        public static Sequential Sequential(params Module<Tensor, Tensor>[] modules) =>
            Sequential((IEnumerable<Module<Tensor, Tensor>>)modules);

        /// <summary>A chain of named modules.</summary>
        public static Sequential Sequential(params Tuple<string, Module<Tensor, Tensor>>[] modules) =>
            Sequential((IEnumerable<Tuple<string, Module<Tensor, Tensor>>>)modules);

        /// <summary>A chain of named modules.</summary>
        public static Sequential Sequential(IEnumerable<(string name, Module<Tensor, Tensor> submodule)> modules)
        {
            var result = new Sequential();
            foreach (var (name, module) in modules) result.Add(name, module);
            return result;
        }

        /// <summary>A chain of named modules.</summary>
        public static Sequential Sequential(IEnumerable<Tuple<string, Module<Tensor, Tensor>>> modules) =>
            Sequential(modules.Select(entry => (entry.Item1, entry.Item2)));

        /// <summary>A chain of modules named by position.</summary>
        public static Sequential Sequential(IEnumerable<Module<Tensor, Tensor>> modules)
        {
            var result = new Sequential();
            foreach (var module in modules) result.Add(module);
            return result;
        }
    }
}
