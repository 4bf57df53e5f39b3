// What a module takes and gives: interfaces and base classes by number of arguments, and the hooks around a call.
namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>A module that is called with one argument.</summary>
        public interface IModule<T, TResult>
        {
            /// <summary>Runs the module and its hooks.</summary>
            TResult call(T input1);
        }

        /// <summary>A module that is called with two arguments.</summary>
        public interface IModule<T1, T2, TResult>
        {
            /// <summary>Runs the module and its hooks.</summary>
            TResult call(T1 input1, T2 input2);
        }

        /// <summary>A module that is called with three arguments.</summary>
        public interface IModule<T1, T2, T3, TResult>
        {
            /// <summary>Runs the module and its hooks.</summary>
            TResult call(T1 input1, T2 input2, T3 input3);
        }

        /// <summary>A module that is called with four arguments.</summary>
        public interface IModule<T1, T2, T3, T4, TResult>
        {
            /// <summary>Runs the module and its hooks.</summary>
            TResult call(T1 input1, T2 input2, T3 input3, T4 input4);
        }

        /// <summary>A module that is called with five arguments.</summary>
        public interface IModule<T1, T2, T3, T4, T5, TResult>
        {
            /// <summary>Runs the module and its hooks.</summary>
            TResult call(T1 input1, T2 input2, T3 input3, T4 input4, T5 input5);
        }

        /// <summary>A module that is called with six arguments.</summary>
        public interface IModule<T1, T2, T3, T4, T5, T6, TResult>
        {
            /// <summary>Runs the module and its hooks.</summary>
            TResult call(T1 input1, T2 input2, T3 input3, T4 input4, T5 input5, T6 input6);
        }

        /// <summary>A module whose calls can be watched and changed by hooks.</summary>
        /// <typeparam name="TPreHook">A function that runs before the call and may change its input.</typeparam>
        /// <typeparam name="TPostHook">A function that runs after the call and may change its result.</typeparam>
        public class HookableModule<TPreHook, TPostHook> : Module
        {
            /// <summary>Hooks before the call.</summary>
            protected Dictionary<string, TPreHook> pre_hooks = [];

            /// <summary>Hooks after the call.</summary>
            protected Dictionary<string, TPostHook> post_hooks = [];

            /// <summary>Hooks before the call that see the module only.</summary>
            protected Dictionary<string, Action<Module>> module_pre_hooks = [];

            /// <summary>Hooks after the call that see the module only.</summary>
            protected Dictionary<string, Action<Module>> module_post_hooks = [];

            /// <summary>A module without hooks.</summary>
            protected HookableModule(string name) : base(name) { }

            /// <summary>Adds a hook after the call; keep the result to remove it.</summary>
            public HookRemover register_forward_hook(TPostHook hook) => Add(post_hooks, hook);

            /// <summary>Adds a hook before the call; keep the result to remove it.</summary>
            public HookRemover register_forward_pre_hook(TPreHook hook) => Add(pre_hooks, hook);

            /// <summary>Adds a hook after the call that sees the module only.</summary>
            public HookRemover register_forward_hook(Action<Module> hook) => Add(module_post_hooks, hook);

            /// <summary>Adds a hook before the call that sees the module only.</summary>
            public HookRemover register_forward_pre_hook(Action<Module> hook) => Add(module_pre_hooks, hook);

            private HookRemover Add<THook>(Dictionary<string, THook> hooks, THook hook)
            {
                var key = Guid.NewGuid().ToString();
                hooks.Add(key, hook);
                return new HookRemover(this, key);
            }

            private void Remove(string key)
            {
                pre_hooks.Remove(key);
                post_hooks.Remove(key);
                module_pre_hooks.Remove(key);
                module_post_hooks.Remove(key);
            }

            /// <summary>Takes a hook off again.</summary>
            public class HookRemover(HookableModule<TPreHook, TPostHook> module, string key)
            {
                /// <summary>Takes the hook off; doing it twice is harmless.</summary>
                public void remove() => module.Remove(key);
            }
        }

        /// <summary>A module that is called with one argument.</summary>
        public abstract class Module<T, TResult> : HookableModule<Func<Module<T, TResult>, T, T>, Func<Module<T, TResult>, T, TResult, TResult>>, IModule<T, TResult>
        {
            /// <summary>A module without parts.</summary>
            protected Module(string name) : base(name) { }

            /// <summary>Computes the result; hooks do not run.</summary>
            public abstract TResult forward(T input);

            /// <summary>Computes the result between the hooks before and after it.</summary>
            public TResult call(T input)
            {
                foreach (var hook in module_pre_hooks.Values) hook(this);
                foreach (var hook in pre_hooks.Values)
                    if (hook(this, input) is { } changed) input = changed;
                var result = forward(input);
                foreach (var hook in post_hooks.Values)
                    if (hook(this, input, result) is { } changed) result = changed;
                foreach (var hook in module_post_hooks.Values) hook(this);
                return result;
            }
        }

        /// <summary>A module that is called with two arguments.</summary>
        public abstract class Module<T1, T2, TResult> : HookableModule<Func<Module<T1, T2, TResult>, T1, T2, (T1, T2)?>, Func<Module<T1, T2, TResult>, T1, T2, TResult, TResult>>, IModule<T1, T2, TResult>
        {
            /// <summary>A module without parts.</summary>
            protected Module(string name) : base(name) { }

            /// <summary>Computes the result; hooks do not run.</summary>
            public abstract TResult forward(T1 input1, T2 input2);

            /// <summary>Computes the result between the hooks before and after it.</summary>
            public TResult call(T1 input1, T2 input2)
            {
                foreach (var hook in module_pre_hooks.Values) hook(this);
                foreach (var hook in pre_hooks.Values)
                    if (hook(this, input1, input2) is { } changed) (input1, input2) = changed;
                var result = forward(input1, input2);
                foreach (var hook in post_hooks.Values)
                    if (hook(this, input1, input2, result) is { } changed) result = changed;
                foreach (var hook in module_post_hooks.Values) hook(this);
                return result;
            }
        }

        /// <summary>A module that is called with three arguments.</summary>
        public abstract class Module<T1, T2, T3, TResult> : HookableModule<Func<Module<T1, T2, T3, TResult>, T1, T2, T3, (T1, T2, T3)?>, Func<Module<T1, T2, T3, TResult>, T1, T2, T3, TResult, TResult>>, IModule<T1, T2, T3, TResult>
        {
            /// <summary>A module without parts.</summary>
            protected Module(string name) : base(name) { }

            /// <summary>Computes the result; hooks do not run.</summary>
            public abstract TResult forward(T1 input1, T2 input2, T3 input3);

            /// <summary>Computes the result between the hooks before and after it.</summary>
            public TResult call(T1 input1, T2 input2, T3 input3)
            {
                foreach (var hook in module_pre_hooks.Values) hook(this);
                foreach (var hook in pre_hooks.Values)
                    if (hook(this, input1, input2, input3) is { } changed) (input1, input2, input3) = changed;
                var result = forward(input1, input2, input3);
                foreach (var hook in post_hooks.Values)
                    if (hook(this, input1, input2, input3, result) is { } changed) result = changed;
                foreach (var hook in module_post_hooks.Values) hook(this);
                return result;
            }
        }

        /// <summary>A module that is called with four arguments.</summary>
        public abstract class Module<T1, T2, T3, T4, TResult> : HookableModule<Func<Module<T1, T2, T3, T4, TResult>, T1, T2, T3, T4, (T1, T2, T3, T4)?>, Func<Module<T1, T2, T3, T4, TResult>, T1, T2, T3, T4, TResult, TResult>>, IModule<T1, T2, T3, T4, TResult>
        {
            /// <summary>A module without parts.</summary>
            protected Module(string name) : base(name) { }

            /// <summary>Computes the result; hooks do not run.</summary>
            public abstract TResult forward(T1 input1, T2 input2, T3 input3, T4 input4);

            /// <summary>Computes the result between the hooks before and after it.</summary>
            public TResult call(T1 input1, T2 input2, T3 input3, T4 input4)
            {
                foreach (var hook in module_pre_hooks.Values) hook(this);
                foreach (var hook in pre_hooks.Values)
                    if (hook(this, input1, input2, input3, input4) is { } changed) (input1, input2, input3, input4) = changed;
                var result = forward(input1, input2, input3, input4);
                foreach (var hook in post_hooks.Values)
                    if (hook(this, input1, input2, input3, input4, result) is { } changed) result = changed;
                foreach (var hook in module_post_hooks.Values) hook(this);
                return result;
            }
        }

        /// <summary>A module that is called with five arguments.</summary>
        public abstract class Module<T1, T2, T3, T4, T5, TResult> : HookableModule<Func<Module<T1, T2, T3, T4, T5, TResult>, T1, T2, T3, T4, T5, (T1, T2, T3, T4, T5)?>, Func<Module<T1, T2, T3, T4, T5, TResult>, T1, T2, T3, T4, T5, TResult, TResult>>, IModule<T1, T2, T3, T4, T5, TResult>
        {
            /// <summary>A module without parts.</summary>
            protected Module(string name) : base(name) { }

            /// <summary>Computes the result; hooks do not run.</summary>
            public abstract TResult forward(T1 input1, T2 input2, T3 input3, T4 input4, T5 input5);

            /// <summary>Computes the result between the hooks before and after it.</summary>
            public TResult call(T1 input1, T2 input2, T3 input3, T4 input4, T5 input5)
            {
                foreach (var hook in module_pre_hooks.Values) hook(this);
                foreach (var hook in pre_hooks.Values)
                    if (hook(this, input1, input2, input3, input4, input5) is { } changed) (input1, input2, input3, input4, input5) = changed;
                var result = forward(input1, input2, input3, input4, input5);
                foreach (var hook in post_hooks.Values)
                    if (hook(this, input1, input2, input3, input4, input5, result) is { } changed) result = changed;
                foreach (var hook in module_post_hooks.Values) hook(this);
                return result;
            }
        }

        /// <summary>A module that is called with six arguments.</summary>
        public abstract class Module<T1, T2, T3, T4, T5, T6, TResult> : HookableModule<Func<Module<T1, T2, T3, T4, T5, T6, TResult>, T1, T2, T3, T4, T5, T6, (T1, T2, T3, T4, T5, T6)?>, Func<Module<T1, T2, T3, T4, T5, T6, TResult>, T1, T2, T3, T4, T5, T6, TResult, TResult>>, IModule<T1, T2, T3, T4, T5, T6, TResult>
        {
            /// <summary>A module without parts.</summary>
            protected Module(string name) : base(name) { }

            /// <summary>Computes the result; hooks do not run.</summary>
            public abstract TResult forward(T1 input1, T2 input2, T3 input3, T4 input4, T5 input5, T6 input6);

            /// <summary>Computes the result between the hooks before and after it.</summary>
            public TResult call(T1 input1, T2 input2, T3 input3, T4 input4, T5 input5, T6 input6)
            {
                foreach (var hook in module_pre_hooks.Values) hook(this);
                foreach (var hook in pre_hooks.Values)
                    if (hook(this, input1, input2, input3, input4, input5, input6) is { } changed) (input1, input2, input3, input4, input5, input6) = changed;
                var result = forward(input1, input2, input3, input4, input5, input6);
                foreach (var hook in post_hooks.Values)
                    if (hook(this, input1, input2, input3, input4, input5, input6, result) is { } changed) result = changed;
                foreach (var hook in module_post_hooks.Values) hook(this);
                return result;
            }
        }
    }
}
