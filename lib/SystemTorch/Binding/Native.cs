// The C functions of libSystemTorch.so, and how that file is found.
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SystemTorch;

/// <summary>P/Invoke declarations; native/SystemTorch.cpp says what each function does.</summary>
internal static unsafe partial class Native
{
    const string Library = "SystemTorch";

    static Native() => NativeLibrary.SetDllImportResolver(typeof(Native).Assembly, (name, _, _) => name == Library ? Load() : 0);

    static nint Load()
    {
        var tried = new List<string>();
        foreach (var candidate in Candidates())
        {
            tried.Add(candidate);
            if (!File.Exists(candidate)) continue;
            try
            {
                return NativeLibrary.Load(candidate);
            }
            catch (Exception failure) when (failure is DllNotFoundException or BadImageFormatException)
            {
                throw new DllNotFoundException($"{candidate} is there but does not load, most likely because the libtorch it was built for is gone or another version: install the Debian package libtorch-dev and run ./workbook doctor ({Cause(failure.Message)}).", failure);
            }
        }
        throw new DllNotFoundException($"The native part of the tensor engine, libSystemTorch.so, is missing (looked at {string.Join(", ", tried)}): install the Debian package libtorch-dev and run ./workbook doctor in the checkout, which builds it, or name the file in WORKBOOK_TORCH_SHIM.");
    }

    // The loader's message is long; its last line about a file or a symbol says what is wrong.
    static string Cause(string message)
    {
        var lines = message.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return lines.FirstOrDefault(line => line.Contains("cannot open shared object", StringComparison.Ordinal) || line.Contains("undefined symbol", StringComparison.Ordinal)) ?? lines[^1];
    }

    static IEnumerable<string> Candidates()
    {
        if (Environment.GetEnvironmentVariable("WORKBOOK_TORCH_SHIM") is { Length: > 0 } chosen)
        {
            yield return chosen;
            yield break;
        }
        var assembly = Assembly.GetExecutingAssembly().Location;
        var start = assembly.Length > 0 ? Path.GetDirectoryName(assembly)! : AppContext.BaseDirectory;
        yield return Path.Combine(start, "libSystemTorch.so");
        for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
        {
            var built = Path.Combine(folder.FullName, "artifacts", "native", "libSystemTorch.so");
            if (!File.Exists(built)) continue;
            yield return built;
            yield break;
        }
        // A program outside the checkout has copied this assembly: the checkout that built it knows its own folder.
        if (Assembly.GetExecutingAssembly().GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(entry => entry.Key == "NativeFolder")?.Value is { } native)
            yield return Path.Combine(native, "libSystemTorch.so");
    }

    internal static string ErrorText => Marshal.PtrToStringUTF8(system_torch_error()) ?? "";

    /// <summary>Turns a native failure into the exception that TorchSharp throws.</summary>
    internal static ExternalException Failure() => new(ErrorText);

    /// <summary>A handle that may not be null; null means failure.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static nint Check(nint handle) => handle != 0 ? handle : throw Failure();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int Check(int result) => result >= 0 ? result : throw Failure();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static long Check(long result) => result >= 0 ? result : throw Failure();

    [LibraryImport(Library)] internal static partial nint system_torch_error();
    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)] internal static partial nint system_torch_operator(string name, string overload);
    [LibraryImport(Library)] internal static partial nint system_torch_schema(nint operation);
    [LibraryImport(Library)] internal static partial int system_torch_call(nint operation, NativeValue* arguments, int count, NativeValue* results, int capacity);

    [LibraryImport(Library)] internal static partial void system_torch_free(nint tensor);
    [LibraryImport(Library)] internal static partial nint system_torch_share(nint tensor);
    [LibraryImport(Library)] internal static partial nint system_torch_from_memory(void* data, long bytes, long* shape, int dimensions, int dtype);
    [LibraryImport(Library)] internal static partial nint system_torch_over_memory(void* data, long* shape, int dimensions, int dtype, delegate* unmanaged<nint, void> release, nint context);
    [LibraryImport(Library)] internal static partial nint system_torch_data(nint tensor);
    [LibraryImport(Library), SuppressGCTransition] internal static partial int system_torch_dtype(nint tensor);
    [LibraryImport(Library), SuppressGCTransition] internal static partial long system_torch_element_size(nint tensor);
    [LibraryImport(Library), SuppressGCTransition] internal static partial int system_torch_dimensions(nint tensor);
    [LibraryImport(Library), SuppressGCTransition] internal static partial long system_torch_count(nint tensor);
    [LibraryImport(Library), SuppressGCTransition] internal static partial long* system_torch_sizes(nint tensor);
    [LibraryImport(Library)] internal static partial int system_torch_strides(nint tensor, long* strides);
    [LibraryImport(Library)] internal static partial long system_torch_storage_offset(nint tensor);
    [LibraryImport(Library)] internal static partial void system_torch_device(nint tensor, int* type, int* index);
    [LibraryImport(Library)] internal static partial int system_torch_layout(nint tensor);
    [LibraryImport(Library)] internal static partial int system_torch_is_contiguous(nint tensor, int memoryFormat);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)] internal static partial int system_torch_save(nint tensor, string path);
    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)] internal static partial nint system_torch_load(string path);
    [LibraryImport(Library)] internal static partial nint system_torch_index(nint tensor, NativeIndex* indices, int count);
    [LibraryImport(Library)] internal static partial int system_torch_index_put(nint tensor, NativeIndex* indices, int count, NativeValue* value);

    [LibraryImport(Library)] internal static partial int system_torch_requires_grad(nint tensor);
    [LibraryImport(Library)] internal static partial int system_torch_set_requires_grad(nint tensor, int value);
    [LibraryImport(Library)] internal static partial int system_torch_is_leaf(nint tensor);
    [LibraryImport(Library)] internal static partial int system_torch_retain_grad(nint tensor);
    [LibraryImport(Library)] internal static partial nint system_torch_grad(nint tensor);
    [LibraryImport(Library)] internal static partial int system_torch_set_grad(nint tensor, nint gradient);
    [LibraryImport(Library)] internal static partial int system_torch_backward(nint* tensors, int tensorCount, nint* gradients, int gradientCount, int retainGraph, int createGraph, nint* inputs, int inputCount);
    [LibraryImport(Library)] internal static partial int system_torch_autograd_grad(nint* outputs, int outputCount, nint* inputs, int inputCount, nint* gradients, int gradientCount, int retainGraph, int createGraph, int allowUnused, nint* results);
    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)] internal static partial void system_torch_report(string message);
    [LibraryImport(Library)] internal static partial nint system_torch_function(nint context, delegate* unmanaged<nint, nint, nint*, int, nint*, int, int> apply, delegate* unmanaged<nint, void> release, nint* inputs, int count);
    [LibraryImport(Library)] internal static partial void system_torch_free_function(nint function);
    [LibraryImport(Library)] internal static partial int system_torch_function_outputs(nint function, nint* outputs, int count, nint* inputs, int inputCount, nint* dirty, int dirtyCount, nint* constant, int constantCount, nint* saved, int savedCount, int materialize);
    [LibraryImport(Library)] internal static partial int system_torch_function_saved(nint node, nint* results, int capacity);
    [LibraryImport(Library), SuppressGCTransition] internal static partial int system_torch_grad_mode();
    [LibraryImport(Library), SuppressGCTransition] internal static partial void system_torch_set_grad_mode(int enabled);
    [LibraryImport(Library)] internal static partial int system_torch_inference_mode();
    [LibraryImport(Library)] internal static partial nint system_torch_enter_inference_mode(int enabled);
    [LibraryImport(Library)] internal static partial void system_torch_leave_inference_mode(nint guard);
    [LibraryImport(Library)] internal static partial int system_torch_anomaly_mode();
    [LibraryImport(Library)] internal static partial void system_torch_set_anomaly_mode(int enabled, int checkNan);

    [LibraryImport(Library)] internal static partial int system_torch_manual_seed(ulong seed);
    [LibraryImport(Library)] internal static partial nint system_torch_default_generator(int deviceType, int deviceIndex);
    [LibraryImport(Library)] internal static partial nint system_torch_new_generator(ulong seed, int deviceType, int deviceIndex);
    [LibraryImport(Library)] internal static partial void system_torch_free_generator(nint generator);
    [LibraryImport(Library)] internal static partial int system_torch_generator_seed(nint generator, ulong seed);
    [LibraryImport(Library)] internal static partial ulong system_torch_generator_initial_seed(nint generator);
    [LibraryImport(Library)] internal static partial nint system_torch_generator_state(nint generator);
    [LibraryImport(Library)] internal static partial int system_torch_generator_set_state(nint generator, nint state);

    [LibraryImport(Library)] internal static partial int system_torch_threads();
    [LibraryImport(Library)] internal static partial int system_torch_interop_threads();
    [LibraryImport(Library)] internal static partial int system_torch_set_threads(int count);
    [LibraryImport(Library)] internal static partial int system_torch_set_interop_threads(int count);
    [LibraryImport(Library)] internal static partial nint system_torch_version();
    [LibraryImport(Library)] internal static partial int system_torch_cuda_devices();
}
