// The native half of SystemTorch: every ATen operator through libtorch's boxed dispatcher, and the few things
// that are not operators (memory, autograd, generators, threads). Plain C functions; none lets an exception out:
// a function that failed returns null or a negative number and leaves its message for system_torch_error().
//
// A tensor is handed out as the address of its TensorImpl, together with one reference that the holder gives
// back with system_torch_free. The same file compiles against libtorch 1.13 and 2.x.

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Parallel.h>
#include <ATen/ScalarOps.h>
#include <ATen/TensorIndexing.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/core/jit_type.h>
#include <c10/core/InferenceMode.h>
#include <torch/csrc/autograd/anomaly_mode.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/function.h>
#include <torch/csrc/autograd/saved_variable.h>
#include <torch/csrc/autograd/variable.h>
#include <torch/serialize.h>
#include <torch/version.h>

#include <dlfcn.h>
#include <link.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <mutex>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#define EXPORT extern "C" __attribute__((visibility("default")))

namespace {

using at::Tensor;
using c10::IValue;
using c10::TensorImpl;
using c10::TypeKind;

// c10::optional before libtorch 2.5, std::optional since: named by what IValue itself returns.
template <class T>
using Optional = decltype(std::declval<const IValue&>().toOptional<T>());

// ---- errors ----------------------------------------------------------------------------------------------

thread_local std::string last_error;

template <class Result, class Body>
Result guarded(Result failed, Body body) noexcept {
  try {
    return body();
  } catch (const c10::Error& error) {
    last_error = error.what_without_backtrace();
  } catch (const std::exception& error) {
    last_error = error.what();
  } catch (...) {
    last_error = "libtorch failed without a message.";
  }
  return failed;
}

// ---- tensors as handles ----------------------------------------------------------------------------------

Tensor borrow(void* handle) {
  if (handle == nullptr) return Tensor();
  return Tensor(c10::intrusive_ptr<TensorImpl, c10::UndefinedTensorImpl>::reclaim_copy(static_cast<TensorImpl*>(handle)));
}

void* give(Tensor tensor) {
  return tensor.defined() ? tensor.unsafeReleaseTensorImpl() : nullptr;
}

std::vector<Tensor> borrow_all(void* const* handles, int64_t count) {
  std::vector<Tensor> tensors;
  tensors.reserve(count);
  for (int64_t i = 0; i < count; i++) tensors.push_back(borrow(handles[i]));
  return tensors;
}

// ---- arguments and results -------------------------------------------------------------------------------

enum ValueKind : int32_t {
  UseDefault = 0, None = 1, ATensor = 2, Integer = 3, Real = 4, Boolean = 5, Complex = 6, Integers = 7, Reals = 8,
  Booleans = 9, Tensors = 10, Text = 11, ADevice = 12, AGenerator = 13,
};

struct Value {
  int32_t kind;
  int32_t count;
  union {
    int64_t integer;
    double real;
    void* pointer;
  };
  union {
    double imaginary;
    int64_t second;
  };
};
static_assert(sizeof(Value) == 24, "the C# side relies on this layout");

// What the schema asks for, worked out once for each operator.
struct Parameter {
  TypeKind kind = TypeKind::AnyType;
  TypeKind element = TypeKind::AnyType;  // of a list
  bool optional = false;
  bool optional_element = false;
  bool has_default = false;
  int32_t length = 0;  // int[2]: a single integer stands for two equal ones
  IValue fallback;
};

struct Operator {
  c10::OperatorHandle handle;
  std::vector<Parameter> parameters;
  std::string name;
};

TypeKind unwrap(c10::TypePtr type, bool& optional, c10::TypePtr& inner) {
  if (type->kind() == TypeKind::OptionalType) {
    optional = true;
    type = type->castRaw<c10::OptionalType>()->getElementType();
  }
  inner = type;
  return type->kind();
}

Parameter describe(const c10::Argument& argument) {
  Parameter parameter;
  c10::TypePtr inner;
  parameter.kind = unwrap(argument.type(), parameter.optional, inner);
  if (parameter.kind == TypeKind::ListType) {
    c10::TypePtr element;
    parameter.element = unwrap(inner->castRaw<c10::ListType>()->getElementType(), parameter.optional_element, element);
    if (argument.N()) parameter.length = *argument.N();
  }
  if (argument.default_value()) {
    parameter.has_default = true;
    parameter.fallback = *argument.default_value();
  }
  return parameter;
}

[[noreturn]] void mismatch(const Operator& op, size_t index, const char* wanted) {
  const auto& argument = op.handle.schema().arguments()[index];
  TORCH_CHECK(false, op.name, ": argument '", argument.name(), "' must be ", wanted, ", as in ", op.handle.schema());
}

bool is_number(int32_t kind) { return kind >= Integer && kind <= Complex; }

at::Scalar scalar_of(const Value& value) {
  switch (value.kind) {
    case Integer: return at::Scalar(value.integer);
    case Boolean: return at::Scalar(value.integer != 0);
    case Complex: return at::Scalar(c10::complex<double>(value.real, value.imaginary));
    default: return at::Scalar(value.real);
  }
}

// A number where a tensor is wanted takes part in type promotion as a number, as in Python.
Tensor wrap_number(const Value& value) {
  Tensor tensor = c10::scalar_to_tensor(scalar_of(value));
  tensor.unsafeGetTensorImpl()->set_wrapped_number(true);
  return tensor;
}

template <class T>
IValue list_of(const T* values, int64_t count) {
  c10::List<T> list;
  list.reserve(count);
  for (int64_t i = 0; i < count; i++) list.push_back(values[i]);
  return IValue(std::move(list));
}

IValue list_argument(const Operator& op, size_t index, const Parameter& wanted, const Value& value) {
  switch (wanted.element) {
    case TypeKind::IntType:
    case TypeKind::SymIntType:
      if (value.kind == Integers) return list_of(static_cast<const int64_t*>(value.pointer), value.count);
      if (value.kind == Integer) {
        c10::List<int64_t> list;
        for (int32_t i = 0; i < std::max(1, wanted.length); i++) list.push_back(value.integer);
        return IValue(std::move(list));
      }
      mismatch(op, index, "a list of integers");
    case TypeKind::FloatType:
      if (value.kind == Reals) return list_of(static_cast<const double*>(value.pointer), value.count);
      if (value.kind == Real) return list_of(&value.real, 1);
      mismatch(op, index, "a list of numbers");
    case TypeKind::BoolType:
      if (value.kind == Booleans) return list_of(static_cast<const bool*>(value.pointer), value.count);
      mismatch(op, index, "a list of booleans");
    case TypeKind::NumberType:
      if (value.kind == Reals) {
        c10::List<at::Scalar> list;
        for (int32_t i = 0; i < value.count; i++) list.push_back(at::Scalar(static_cast<const double*>(value.pointer)[i]));
        return IValue(std::move(list));
      }
      mismatch(op, index, "a list of numbers");
    case TypeKind::TensorType: {
      if (value.kind == ATensor && !wanted.optional_element) return IValue(c10::List<Tensor>({borrow(value.pointer)}));
      if (value.kind != Tensors) mismatch(op, index, "a list of tensors");
      auto handles = static_cast<void* const*>(value.pointer);
      if (wanted.optional_element) {
        c10::List<Optional<Tensor>> list;
        list.reserve(value.count);
        for (int32_t i = 0; i < value.count; i++) {
          if (handles[i] == nullptr) list.push_back(Optional<Tensor>());
          else list.push_back(Optional<Tensor>(borrow(handles[i])));
        }
        return IValue(std::move(list));
      }
      c10::List<Tensor> list;
      list.reserve(value.count);
      for (int32_t i = 0; i < value.count; i++) list.push_back(borrow(handles[i]));
      return IValue(std::move(list));
    }
    case TypeKind::StringType: {  // names of dimensions, one text with line breaks between them
      if (value.kind != Text) mismatch(op, index, "a list of names");
      c10::List<std::string> list;
      std::istringstream text(std::string(static_cast<const char*>(value.pointer), value.count));
      for (std::string line; std::getline(text, line);) list.push_back(line);
      return IValue(std::move(list));
    }
    default:
      mismatch(op, index, "of a list type that this binding knows");
  }
}

IValue argument(const Operator& op, size_t index, const Parameter& wanted, const Value& value) {
  if (value.kind == UseDefault) {
    if (!wanted.has_default) mismatch(op, index, "given: it has no default");
    return wanted.fallback;
  }
  if (value.kind == None) {
    if (wanted.optional) return IValue();
    if (wanted.kind == TypeKind::TensorType) return IValue(Tensor());
    if (wanted.has_default) return wanted.fallback;
    mismatch(op, index, "given: it may not be null");
  }
  switch (wanted.kind) {
    case TypeKind::TensorType:
      if (value.kind == ATensor) return IValue(borrow(value.pointer));
      if (is_number(value.kind)) return IValue(wrap_number(value));
      mismatch(op, index, "a tensor");
    case TypeKind::NumberType:
      if (is_number(value.kind)) return IValue(scalar_of(value));
      if (value.kind == ATensor) return IValue(borrow(value.pointer).item());
      mismatch(op, index, "a number");
    case TypeKind::IntType:
    case TypeKind::SymIntType:
    case TypeKind::ScalarTypeType:
    case TypeKind::LayoutType:
    case TypeKind::MemoryFormatType:
      if (value.kind == Integer || value.kind == Boolean) return IValue(value.integer);
      mismatch(op, index, "an integer");
    case TypeKind::FloatType:
      if (value.kind == Real) return IValue(value.real);
      if (value.kind == Integer || value.kind == Boolean) return IValue(static_cast<double>(value.integer));
      mismatch(op, index, "a real number");
    case TypeKind::ComplexType:
      if (is_number(value.kind)) return IValue(scalar_of(value).toComplexDouble());
      mismatch(op, index, "a number");
    case TypeKind::BoolType:
      if (value.kind == Boolean || value.kind == Integer) return IValue(value.integer != 0);
      mismatch(op, index, "true or false");
    case TypeKind::StringType:
      if (value.kind == Text) return IValue(std::string(static_cast<const char*>(value.pointer), value.count));
      mismatch(op, index, "a text");
    case TypeKind::DeviceObjType:
      if (value.kind == ADevice)
        return IValue(c10::Device(static_cast<c10::DeviceType>(value.integer), static_cast<c10::DeviceIndex>(value.second)));
      mismatch(op, index, "a device");
    case TypeKind::GeneratorType:
      if (value.kind == AGenerator)
        return IValue(at::Generator(c10::intrusive_ptr<c10::GeneratorImpl>::reclaim_copy(static_cast<c10::GeneratorImpl*>(value.pointer))));
      mismatch(op, index, "a generator");
    case TypeKind::ListType:
      return list_argument(op, index, wanted, value);
    default:
      mismatch(op, index, "of a type that this binding knows");
  }
}

// Lists in results stay valid until the next call on the same thread; the caller copies them at once.
thread_local std::vector<void*> result_tensors;
thread_local std::vector<int64_t> result_integers;
thread_local std::string result_text;

void result(IValue&& from, Value& into) {
  into.count = 0;
  if (from.isTensor()) {
    into.kind = ATensor;
    into.pointer = give(std::move(from).toTensor());
  } else if (from.isNone()) {
    into.kind = None;
    into.pointer = nullptr;
  } else if (from.isBool()) {
    into.kind = Boolean;
    into.integer = from.toBool();
  } else if (from.isInt()) {
    into.kind = Integer;
    into.integer = from.toInt();
  } else if (from.isDouble()) {
    into.kind = Real;
    into.real = from.toDouble();
  } else if (from.isComplexDouble()) {
    into.kind = Complex;
    into.real = from.toComplexDouble().real();
    into.imaginary = from.toComplexDouble().imag();
  } else if (from.isTensorList()) {
    auto list = std::move(from).toTensorList();
    result_tensors.clear();
    for (size_t i = 0; i < list.size(); i++) result_tensors.push_back(give(list.get(i)));
    into.kind = Tensors;
    into.count = static_cast<int32_t>(result_tensors.size());
    into.pointer = result_tensors.data();
  } else if (from.isIntList()) {
    auto list = from.toIntVector();
    result_integers.assign(list.begin(), list.end());
    into.kind = Integers;
    into.count = static_cast<int32_t>(result_integers.size());
    into.pointer = result_integers.data();
  } else if (from.isString()) {
    result_text = from.toStringRef();
    into.kind = Text;
    into.count = static_cast<int32_t>(result_text.size());
    into.pointer = result_text.data();
  } else if (from.isScalar()) {
    into.kind = Integer;
    into.integer = from.toScalar().toLong();
  } else {
    TORCH_CHECK(false, "a result of kind ", from.tagKind(), " has no counterpart in this binding.");
  }
}

}  // namespace

// ---- operators -------------------------------------------------------------------------------------------

EXPORT const char* system_torch_error() { return last_error.c_str(); }

// Null when this libtorch has no such operator.
EXPORT void* system_torch_operator(const char* name, const char* overload) {
  return guarded<void*>(nullptr, [&]() -> void* {
    auto handle = c10::Dispatcher::singleton().findSchema({name, overload});
    if (!handle) {
      last_error = "";
      return nullptr;
    }
    auto op = std::make_unique<Operator>(Operator{*handle, {}, *overload ? std::string(name) + "." + overload : std::string(name)});
    for (const auto& argument : handle->schema().arguments()) op->parameters.push_back(describe(argument));
    return op.release();  // lives as long as the process: the C# side keeps it in a static field
  });
}

EXPORT const char* system_torch_schema(void* op) {
  return guarded<const char*>(nullptr, [&] {
    std::ostringstream text;
    text << static_cast<Operator*>(op)->handle.schema();
    result_text = text.str();
    return result_text.c_str();
  });
}

// Returns how many results the operator gave; at most `capacity` of them are written, the others dropped.
EXPORT int32_t system_torch_call(void* operation, const Value* values, int32_t count, Value* results, int32_t capacity) {
  // A call may come from inside another one (a hook in a backward pass), so the kept stack is taken, not shared.
  static thread_local torch::jit::Stack kept;
  return guarded<int32_t>(-1, [&]() -> int32_t {
    const Operator& op = *static_cast<Operator*>(operation);
    torch::jit::Stack stack = std::move(kept);
    stack.clear();
    TORCH_CHECK(static_cast<size_t>(count) <= op.parameters.size(), op.name, " was given ", count, " arguments: ", op.handle.schema());
    static const Value use_default{};
    for (size_t i = 0; i < op.parameters.size(); i++)
      stack.push_back(argument(op, i, op.parameters[i], i < static_cast<size_t>(count) ? values[i] : use_default));
    op.handle.callBoxed(stack);
    int32_t produced = static_cast<int32_t>(stack.size());
    for (int32_t i = 0; i < produced && i < capacity; i++) result(std::move(stack[i]), results[i]);
    stack.clear();
    kept = std::move(stack);
    return produced;
  });
}

// ---- tensors ---------------------------------------------------------------------------------------------

EXPORT void system_torch_free(void* handle) {
  guarded<int>(0, [&] {
    c10::intrusive_ptr<TensorImpl, c10::UndefinedTensorImpl>::reclaim(static_cast<TensorImpl*>(handle));
    return 0;
  });
}

// A second reference to the same tensor.
EXPORT void* system_torch_share(void* handle) {
  return guarded<void*>(nullptr, [&] { return give(borrow(handle)); });
}

EXPORT void* system_torch_from_memory(const void* data, int64_t bytes, const int64_t* shape, int32_t dimensions, int32_t dtype) {
  return guarded<void*>(nullptr, [&] {
    Tensor tensor = at::empty(at::IntArrayRef(shape, dimensions), at::TensorOptions().dtype(static_cast<at::ScalarType>(dtype)));
    TORCH_CHECK(static_cast<int64_t>(tensor.nbytes()) == bytes, "A tensor of shape ", tensor.sizes(), " holds ", tensor.nbytes(), " bytes; ", bytes, " were given.");
    if (bytes > 0) std::memcpy(tensor.data_ptr(), data, bytes);
    return give(std::move(tensor));
  });
}

// A tensor over memory that somebody else owns; `release(context)` is called when the last view of it is gone.
EXPORT void* system_torch_over_memory(void* data, const int64_t* shape, int32_t dimensions, int32_t dtype, void (*release)(void*), void* context) {
  return guarded<void*>(nullptr, [&] {
    return give(at::from_blob(data, at::IntArrayRef(shape, dimensions), [release, context](void*) { release(context); },
                              at::TensorOptions().dtype(static_cast<at::ScalarType>(dtype))));
  });
}

EXPORT void* system_torch_data(void* handle) {
  return guarded<void*>(nullptr, [&]() -> void* {
    last_error = "";
    return borrow(handle).data_ptr();
  });
}

EXPORT int32_t system_torch_dtype(TensorImpl* tensor) { return static_cast<int32_t>(c10::typeMetaToScalarType(tensor->dtype())); }
EXPORT int64_t system_torch_element_size(TensorImpl* tensor) { return static_cast<int64_t>(tensor->itemsize()); }
EXPORT int32_t system_torch_dimensions(TensorImpl* tensor) { return static_cast<int32_t>(tensor->sizes().size()); }
EXPORT int64_t system_torch_count(TensorImpl* tensor) { return tensor->numel(); }
EXPORT const int64_t* system_torch_sizes(TensorImpl* tensor) { return tensor->sizes().data(); }

EXPORT int32_t system_torch_strides(void* handle, int64_t* strides) {
  return guarded<int32_t>(-1, [&] {
    Tensor tensor = borrow(handle);
    for (int64_t i = 0; i < tensor.dim(); i++) strides[i] = tensor.stride(i);
    return 0;
  });
}

EXPORT int64_t system_torch_storage_offset(void* handle) {
  return guarded<int64_t>(-1, [&] { return borrow(handle).storage_offset(); });
}

EXPORT void system_torch_device(TensorImpl* tensor, int32_t* type, int32_t* index) {
  auto device = tensor->device();
  *type = static_cast<int32_t>(device.type());
  *index = device.index();
}

// 0 strided (dense), 1 sparse, ...: the numbers of c10::Layout.
EXPORT int32_t system_torch_layout(void* handle) {
  return guarded<int32_t>(-1, [&] { return static_cast<int32_t>(borrow(handle).layout()); });
}

EXPORT int32_t system_torch_is_contiguous(void* handle, int32_t memory_format) {
  return guarded<int32_t>(-1, [&] { return static_cast<int32_t>(borrow(handle).is_contiguous(static_cast<at::MemoryFormat>(memory_format))); });
}

// libtorch's own archive of one tensor.
EXPORT int32_t system_torch_save(void* handle, const char* path) {
  return guarded<int32_t>(-1, [&] {
    torch::save(borrow(handle), std::string(path));
    return 0;
  });
}

EXPORT void* system_torch_load(const char* path) {
  return guarded<void*>(nullptr, [&] {
    Tensor tensor;
    torch::load(tensor, std::string(path));
    return give(std::move(tensor));
  });
}

// ---- indexing --------------------------------------------------------------------------------------------

namespace {

enum IndexKind : int32_t { NewAxis = 0, Single = 1, EveryOther = 2, ABoolean = 3, ByTensor = 4, ASlice = 5 };

struct Index {
  int32_t kind;
  int32_t given;  // of a slice: 1 start, 2 stop, 4 step
  int64_t start;  // or the single index, or the boolean
  int64_t stop;
  int64_t step;
  void* tensor;
};

std::vector<at::indexing::TensorIndex> indices_of(const Index* items, int32_t count) {
  std::vector<at::indexing::TensorIndex> indices;
  indices.reserve(count);
  for (int32_t i = 0; i < count; i++) {
    const Index& item = items[i];
    switch (item.kind) {
      case NewAxis: indices.emplace_back(at::indexing::None); break;
      case Single: indices.emplace_back(item.start); break;
      case EveryOther: indices.emplace_back(at::indexing::Ellipsis); break;
      case ABoolean: indices.emplace_back(item.start != 0); break;
      case ByTensor: indices.emplace_back(borrow(item.tensor)); break;
      default: {
        using Bound = Optional<int64_t>;
        Bound start = item.given & 1 ? Bound(item.start) : Bound();
        Bound stop = item.given & 2 ? Bound(item.stop) : Bound();
        Bound step = item.given & 4 ? Bound(item.step) : Bound();
        indices.emplace_back(at::indexing::Slice(start, stop, step));
      }
    }
  }
  return indices;
}

}  // namespace

EXPORT void* system_torch_index(void* handle, const Index* items, int32_t count) {
  return guarded<void*>(nullptr, [&] { return give(borrow(handle).index(indices_of(items, count))); });
}

// The value is a tensor or a number.
EXPORT int32_t system_torch_index_put(void* handle, const Index* items, int32_t count, const Value* value) {
  return guarded<int32_t>(-1, [&] {
    Tensor tensor = borrow(handle);
    if (value->kind == ATensor) tensor.index_put_(indices_of(items, count), borrow(value->pointer));
    else tensor.index_put_(indices_of(items, count), scalar_of(*value));
    return 0;
  });
}

// ---- autograd --------------------------------------------------------------------------------------------

EXPORT int32_t system_torch_requires_grad(void* handle) {
  return guarded<int32_t>(-1, [&] { return static_cast<int32_t>(static_cast<TensorImpl*>(handle)->requires_grad() || borrow(handle).requires_grad()); });
}

EXPORT int32_t system_torch_set_requires_grad(void* handle, int32_t value) {
  return guarded<int32_t>(-1, [&] {
    borrow(handle).set_requires_grad(value != 0);
    return 0;
  });
}

EXPORT int32_t system_torch_is_leaf(void* handle) {
  return guarded<int32_t>(-1, [&] { return static_cast<int32_t>(borrow(handle).is_leaf()); });
}

EXPORT int32_t system_torch_retain_grad(void* handle) {
  return guarded<int32_t>(-1, [&] {
    borrow(handle).retain_grad();
    return 0;
  });
}

EXPORT void* system_torch_grad(void* handle) {
  return guarded<void*>(nullptr, [&] {
    last_error = "";
    return give(borrow(handle).grad());
  });
}

EXPORT int32_t system_torch_set_grad(void* handle, void* grad) {
  return guarded<int32_t>(-1, [&] {
    borrow(handle).mutable_grad() = borrow(grad);
    return 0;
  });
}

EXPORT int32_t system_torch_backward(void* const* tensors, int32_t tensor_count, void* const* gradients, int32_t gradient_count,
                                     int32_t retain_graph, int32_t create_graph, void* const* inputs, int32_t input_count) {
  return guarded<int32_t>(-1, [&] {
    torch::autograd::backward(borrow_all(tensors, tensor_count), borrow_all(gradients, gradient_count), retain_graph != 0,
                              create_graph != 0, borrow_all(inputs, input_count));
    return 0;
  });
}

// Writes `input_count` owned tensors (null: not used) to `results`.
EXPORT int32_t system_torch_autograd_grad(void* const* outputs, int32_t output_count, void* const* inputs, int32_t input_count,
                                          void* const* gradients, int32_t gradient_count, int32_t retain_graph,
                                          int32_t create_graph, int32_t allow_unused, void** results) {
  return guarded<int32_t>(-1, [&] {
    auto found = torch::autograd::grad(borrow_all(outputs, output_count), borrow_all(inputs, input_count),
                                       borrow_all(gradients, gradient_count), retain_graph != 0, create_graph != 0, allow_unused != 0);
    for (size_t i = 0; i < found.size(); i++) results[i] = give(std::move(found[i]));
    return static_cast<int32_t>(found.size());
  });
}

// ---- functions with a backward pass of their own ---------------------------------------------------------

namespace {

Tensor take(void* handle) {
  return handle == nullptr ? Tensor() : Tensor(c10::intrusive_ptr<TensorImpl, c10::UndefinedTensorImpl>::reclaim(static_cast<TensorImpl*>(handle)));
}

// A node of the graph whose backward pass is a callback. The gradients handed to it and the results it writes change hands;
// a negative answer means that it failed and left its message with system_torch_report.
struct CallbackNode : torch::autograd::Node {
  using Apply = int32_t (*)(void* context, void* node, void* const* gradients, int32_t count, void** results, int32_t capacity);

  CallbackNode(void* context, Apply apply, void (*release)(void*)) : context(context), callback(apply), release(release) {}
  ~CallbackNode() override { release(context); }

  torch::autograd::variable_list apply(torch::autograd::variable_list&& gradients) override {
    std::vector<void*> given;
    for (size_t i = 0; i < gradients.size(); i++) {
      bool fill = !gradients[i].defined() && materialize && filled[i];
      given.push_back(give(fill ? input_metadata(i).zeros_like() : gradients[i]));
    }
    std::vector<void*> results(num_outputs(), nullptr);
    if (callback(context, this, given.data(), static_cast<int32_t>(given.size()), results.data(), static_cast<int32_t>(results.size())) < 0)
      throw std::runtime_error(last_error);
    torch::autograd::variable_list found;
    for (void* result : results) found.push_back(take(result));
    return found;
  }

  void release_variables() override {
    saved.clear();
    released = true;
  }

  void* context;
  Apply callback;
  void (*release)(void*);
  std::vector<torch::autograd::SavedVariable> saved;
  std::vector<bool> filled;  // per output of the forward pass: has a shape that a missing gradient can take
  bool materialize = true;
  bool released = false;
};

using NodePointer = std::shared_ptr<CallbackNode>;

bool contains(void* const* handles, int32_t count, const Tensor& tensor) {
  return std::find(handles, handles + count, static_cast<void*>(tensor.unsafeGetTensorImpl())) != handles + count;
}

}  // namespace

// What a callback says before it answers that it failed.
EXPORT void system_torch_report(const char* message) { last_error = message; }

// A node over the inputs; `release(context)` is called when the graph no longer needs it.
EXPORT void* system_torch_function(void* context, CallbackNode::Apply apply, void (*release)(void*), void* const* inputs, int32_t count) {
  return guarded<void*>(nullptr, [&] {
    NodePointer node(new CallbackNode(context, apply, release), torch::autograd::deleteNode);
    node->set_next_edges(torch::autograd::collect_next_edges(borrow_all(inputs, count)));
    node->clear_input_metadata();
    return new NodePointer(std::move(node));
  });
}

EXPORT void system_torch_free_function(void* node) { delete static_cast<NodePointer*>(node); }

// Makes the node the history of the outputs, in place of which owned handles are written, and keeps what is saved.
EXPORT int32_t system_torch_function_outputs(void* function, void** outputs, int32_t count, void* const* inputs, int32_t input_count,
                                             void* const* dirty, int32_t dirty_count, void* const* constant, int32_t constant_count,
                                             void* const* saved, int32_t saved_count, int32_t materialize) {
  return guarded<int32_t>(-1, [&] {
    NodePointer& node = *static_cast<NodePointer*>(function);
    node->materialize = materialize != 0;
    for (int32_t i = 0; i < count; i++) {
      Tensor output = borrow(outputs[i]);
      node->filled.push_back(output.defined());
      if (!output.defined()) {
        node->add_input_metadata(torch::autograd::Node::undefined_input());
        continue;
      }
      uint32_t number = node->add_input_metadata(output);
      bool is_input = contains(inputs, input_count, output);
      if (contains(constant, constant_count, output) || !(output.is_floating_point() || output.is_complex())) {
        if (is_input || output.requires_grad()) output = output.detach();
      } else if (contains(dirty, dirty_count, output)) {
        torch::autograd::impl::rebase_history(output, {node, number});
      } else {
        if (is_input) output = output.detach();
        torch::autograd::impl::set_gradient_edge(output, {node, number});
      }
      outputs[i] = give(std::move(output));
    }
    for (int32_t i = 0; i < saved_count; i++) {
      Tensor tensor = borrow(saved[i]);
      bool is_output = tensor.defined() && tensor.grad_fn() == node;
      node->saved.emplace_back(tensor, is_output);
    }
    return 0;
  });
}

// The tensors that the forward pass saved, owned; `node` is what the callback was given.
EXPORT int32_t system_torch_function_saved(void* function, void** results, int32_t capacity) {
  return guarded<int32_t>(-1, [&] {
    auto node = static_cast<CallbackNode*>(function);
    if (node->released) throw std::runtime_error(torch::autograd::ERR_BACKWARD_TWICE);
    for (size_t i = 0; i < node->saved.size() && i < static_cast<size_t>(capacity); i++)
      results[i] = give(node->saved[i].unpack(node->shared_from_this()));
    return static_cast<int32_t>(node->saved.size());
  });
}

// ---- modes -----------------------------------------------------------------------------------------------

EXPORT int32_t system_torch_grad_mode() { return at::GradMode::is_enabled(); }
EXPORT void system_torch_set_grad_mode(int32_t enabled) { at::GradMode::set_enabled(enabled != 0); }
EXPORT int32_t system_torch_inference_mode() { return c10::InferenceMode::is_enabled(); }
EXPORT void* system_torch_enter_inference_mode(int32_t enabled) {
  return guarded<void*>(nullptr, [&] { return new c10::InferenceMode(enabled != 0); });
}
EXPORT void system_torch_leave_inference_mode(void* guard) { delete static_cast<c10::InferenceMode*>(guard); }
EXPORT int32_t system_torch_anomaly_mode() {
  using torch::autograd::AnomalyMode;
  return (AnomalyMode::is_enabled() ? 1 : 0) | (AnomalyMode::should_check_nan() ? 2 : 0);
}
EXPORT void system_torch_set_anomaly_mode(int32_t enabled, int32_t check_nan) {
  torch::autograd::AnomalyMode::set_enabled(enabled != 0, check_nan != 0);
}

// ---- random numbers --------------------------------------------------------------------------------------

namespace {
at::Generator generator_of(void* handle) {
  return at::Generator(c10::intrusive_ptr<c10::GeneratorImpl>::reclaim_copy(static_cast<c10::GeneratorImpl*>(handle)));
}
void* give_generator(at::Generator generator) {
  auto* implementation = generator.unsafeGetGeneratorImpl();
  return c10::intrusive_ptr<c10::GeneratorImpl>::reclaim_copy(implementation).release();
}
}  // namespace

EXPORT int32_t system_torch_manual_seed(uint64_t seed) {
  return guarded<int32_t>(-1, [&] {
    at::manual_seed(seed);
    return 0;
  });
}

EXPORT void* system_torch_default_generator(int32_t device_type, int32_t device_index) {
  return guarded<void*>(nullptr, [&] {
    return give_generator(at::globalContext().defaultGenerator(c10::Device(static_cast<c10::DeviceType>(device_type), static_cast<c10::DeviceIndex>(device_index))));
  });
}

EXPORT void* system_torch_new_generator(uint64_t seed, int32_t device_type, int32_t device_index) {
  return guarded<void*>(nullptr, [&] {
    if (static_cast<c10::DeviceType>(device_type) == c10::DeviceType::CPU)
      return give_generator(at::make_generator<at::CPUGeneratorImpl>(seed));
    auto generator = at::globalContext().defaultGenerator(
        c10::Device(static_cast<c10::DeviceType>(device_type), static_cast<c10::DeviceIndex>(device_index))).clone();
    generator.set_current_seed(seed);
    return give_generator(generator);
  });
}

EXPORT void system_torch_free_generator(void* handle) {
  c10::intrusive_ptr<c10::GeneratorImpl>::reclaim(static_cast<c10::GeneratorImpl*>(handle));
}

EXPORT int32_t system_torch_generator_seed(void* handle, uint64_t seed) {
  return guarded<int32_t>(-1, [&] {
    auto generator = generator_of(handle);
    std::lock_guard<std::mutex> lock(generator.mutex());
    generator.set_current_seed(seed);
    return 0;
  });
}

EXPORT uint64_t system_torch_generator_initial_seed(void* handle) {
  return guarded<uint64_t>(0, [&] { return generator_of(handle).current_seed(); });
}

EXPORT void* system_torch_generator_state(void* handle) {
  return guarded<void*>(nullptr, [&] {
    auto generator = generator_of(handle);
    std::lock_guard<std::mutex> lock(generator.mutex());
    return give(generator.get_state());
  });
}

EXPORT int32_t system_torch_generator_set_state(void* handle, void* state) {
  return guarded<int32_t>(-1, [&] {
    auto generator = generator_of(handle);
    std::lock_guard<std::mutex> lock(generator.mutex());
    generator.set_state(borrow(state));
    return 0;
  });
}

// ---- the process -----------------------------------------------------------------------------------------

// OpenBLAS has a thread pool of its own, which libtorch does not tell about its number; one number is meant for both.
static void set_blas_threads(int count) {
  dl_iterate_phdr([](dl_phdr_info* library, size_t, void* threads) {
    if (!library->dlpi_name || !std::strstr(library->dlpi_name, "openblas")) return 0;
    if (void* handle = dlopen(library->dlpi_name, RTLD_LAZY | RTLD_NOLOAD)) {
      if (auto set = reinterpret_cast<void (*)(int)>(dlsym(handle, "openblas_set_num_threads"))) set(*static_cast<int*>(threads));
      dlclose(handle);
    }
    return 0;
  }, &count);
}

EXPORT int32_t system_torch_threads() { return at::get_num_threads(); }
EXPORT int32_t system_torch_interop_threads() { return at::get_num_interop_threads(); }
EXPORT int32_t system_torch_set_threads(int32_t count) {
  return guarded<int32_t>(-1, [&] {
    at::set_num_threads(count);
    set_blas_threads(count);
    return 0;
  });
}
EXPORT int32_t system_torch_set_interop_threads(int32_t count) {
  return guarded<int32_t>(-1, [&] {
    at::set_num_interop_threads(count);
    return 0;
  });
}
EXPORT const char* system_torch_version() { return TORCH_VERSION; }
EXPORT const char* system_torch_build() {
  return guarded<const char*>("", [&] {
    result_text = at::show_config() + "\n" + at::get_parallel_info();
    return result_text.c_str();
  });
}
EXPORT int32_t system_torch_cuda_devices() {
  return guarded<int32_t>(0, [&] { return static_cast<int32_t>(at::hasCUDA() ? at::detail::getCUDAHooks().getNumGPUs() : 0); });
}
