// Tensors in TorchSharp's own binary form: element type, rank, lengths, then the elements as they lie in memory.
using SystemTorch;

namespace TorchSharp;

public static partial class TensorExtensionMethods
{
    public static void Save(this torch.Tensor tensor, BinaryWriter writer)
    {
        using var scope = torch.NewDisposeScope();
        var stored = tensor.device_type == DeviceType.CPU ? tensor : tensor.cpu();
        writer.WriteVariableLength((int)stored.dtype);
        var shape = stored.shape;
        writer.WriteVariableLength(shape.Length);
        foreach (var length in shape) writer.WriteVariableLength(length);
        writer.Flush();
        stored.WriteBytesToStream(writer.BaseStream);
    }

    /// <summary>Writes the tensor and closes the stream.</summary>
    public static void Save(this torch.Tensor tensor, Stream stream)
    {
        using var writer = new BinaryWriter(stream);
        tensor.Save(writer);
    }

    public static void Save(this torch.Tensor tensor, string location) => tensor.Save(File.Create(location));

    /// <summary>Reads into a tensor of the same type and shape; with <paramref name="skip"/> only moves past it.</summary>
    /// <exception cref="ArgumentException">Type or shape are not those in the file.</exception>
    public static void Load(this torch.Tensor tensor, BinaryReader reader, bool skip = false)
    {
        var (type, shape) = ReadHeader(reader);
        if (type != tensor.dtype) throw new ArgumentException($"Mismatched tensor data types while loading: the file holds {type}, the tensor is {tensor.dtype}. Make sure that the model you are loading into is exactly the same as the origin.");
        ReadInto(tensor, shape, reader, skip);
    }

    /// <summary>Reads a new tensor; with <paramref name="skip"/> it is zero.</summary>
    public static torch.Tensor Load(BinaryReader reader, bool skip = false)
    {
        torch.Tensor? tensor = null;
        Load(ref tensor, reader, skip);
        return tensor!;
    }

    /// <summary>Reads into the tensor, or into a new one if it is null.</summary>
    public static void Load(ref torch.Tensor? tensor, BinaryReader reader, bool skip = false)
    {
        var (type, shape) = ReadHeader(reader);
        tensor ??= skip ? torch.zeros(shape, type) : torch.empty(shape, type);
        ReadInto(tensor, shape, reader, skip);
    }

    internal static (torch.ScalarType Type, long[] Shape) ReadHeader(BinaryReader reader)
    {
        var type = reader.ReadVariableLength();
        if (type is < 0 or > (int)torch.ScalarType.BFloat16 or 8) throw new InvalidDataException($"{type} is no element type: the file is damaged or not TorchSharp's.");
        var rank = reader.ReadVariableLength();
        if (rank > 64) throw new InvalidDataException($"A tensor of {rank} dimensions: the file is damaged or not TorchSharp's.");
        var shape = new long[rank];
        for (var i = 0; i < rank; i++) shape[i] = reader.ReadVariableLength();
        return ((torch.ScalarType)type, shape);
    }

    static void ReadInto(torch.Tensor tensor, long[] shape, BinaryReader reader, bool skip)
    {
        if (skip)
        {
            reader.BaseStream.Seek(tensor.NumberOfElements * tensor.ElementSize, SeekOrigin.Current);
            return;
        }
        if (!shape.AsSpan().SequenceEqual(tensor.shape)) throw new ArgumentException($"Mismatched tensor shape while loading: the file holds [{string.Join(", ", shape)}], the tensor is [{string.Join(", ", tensor.shape)}]. Make sure that the model you are loading into is exactly the same as the origin.");
        using var recording = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        if (tensor.device_type == DeviceType.CPU && tensor.is_contiguous())
        {
            tensor.ReadBytesFromStream(reader.BaseStream);
            return;
        }
        var read = torch.empty(shape, tensor.dtype, torch.CPU);
        read.ReadBytesFromStream(reader.BaseStream);
        tensor.copy_(read);
    }
}

public static partial class torch
{
    /// <summary>Writes a tensor in libtorch's own archive form.</summary>
    public static void save(Tensor t, string location) => t.save(location);

    public static Tensor load(string location) => Tensor.load(location);

    public partial class Tensor
    {
        /// <summary>Reads a tensor in TorchSharp's binary form.</summary>
        public static Tensor Load(BinaryReader reader) => TensorExtensionMethods.Load(reader);

        public static Tensor Load(Stream stream)
        {
            using var reader = new BinaryReader(stream);
            return Load(reader);
        }

        public static Tensor Load(string location)
        {
            if (!File.Exists(location)) throw new FileNotFoundException($"There is no file {location}.", location);
            using var stream = File.OpenRead(location);
            return Load(stream);
        }

        /// <summary>Writes the tensor in libtorch's own archive form (C++ torch::save).</summary>
        public void save(string location)
        {
            Native.Check(Native.system_torch_save(Handle, location));
            GC.KeepAlive(this);
        }

        public static Tensor load(string location) => new(Native.Check(Native.system_torch_load(location)));
    }
}
