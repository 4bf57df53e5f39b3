// The system's HDF5 is not thread-safe, so its tests run one after another.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
