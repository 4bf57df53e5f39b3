// Sessions share one process's console and formatters: one test class at a time.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
