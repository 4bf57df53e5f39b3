// Who owns a tensor's memory, and that it is given back.
using TorchSharp;
using static TorchSharp.torch;

namespace SystemTorch.Tests.Core;

/// <summary>What measures the process's memory runs alone.</summary>
[CollectionDefinition(nameof(MemoryAlone), DisableParallelization = true)]
public sealed class MemoryAlone;

public sealed class LifetimeTests
{
    [Fact]
    public void Leaving_a_scope_disposes_what_was_made_in_it_and_keeps_what_was_moved_out()
    {
        Tensor kept, dropped;
        using (NewDisposeScope())
        {
            dropped = zeros(3);
            kept = (dropped + 1).MoveToOuterDisposeScope();
        }
        Assert.True(dropped.IsInvalid);
        Assert.False(kept.IsInvalid);
        kept.Dispose();
    }

    [Fact]
    public void Nested_scopes_hand_tensors_outward_one_at_a_time()
    {
        using var outer = NewDisposeScope();
        Tensor handed;
        using (var inner = NewDisposeScope())
        {
            handed = inner.MoveToOuter(ones(2));
            Assert.False(inner.Contains(handed));
            Assert.True(outer.Contains(handed));
        }
        Assert.False(handed.IsInvalid);
        Assert.Equal(1, outer.DisposablesCount);
    }

    [Fact]
    public void A_detached_tensor_outlives_every_scope()
    {
        Tensor free;
        using (var scope = NewDisposeScope()) free = scope.Detach(ones(2));
        Assert.False(free.IsInvalid);
        free.Dispose();
    }

    [Fact]
    public void Everything_but_what_is_named_is_disposed()
    {
        using var scope = NewDisposeScope();
        Tensor first = ones(1), second = ones(1), third = ones(1);
        scope.DisposeEverythingBut(second);
        Assert.True(first.IsInvalid && third.IsInvalid);
        Assert.False(second.IsInvalid);
        Assert.Equal([second], scope.DisposablesView);
    }

    [Fact]
    public void Disposing_in_a_scope_takes_the_tensor_off_its_list()
    {
        using var scope = NewDisposeScope();
        Tensor first = ones(1), second = ones(1), third = ones(1);
        first.Dispose();
        Assert.Equal(2, scope.DisposablesCount);
        Assert.True(scope.Contains(second) && scope.Contains(third));
    }

    [Fact]
    public void Statistics_count_what_is_made_and_released_on_the_thread()
    {
        DisposeScopeManager.Statistics.Reset();
        using (NewDisposeScope())
        {
            var made = ones(2);
            made.Dispose();
            _ = ones(2);
        }
        var outside = ones(2);
        var statistics = DisposeScopeManager.Statistics;
        Assert.Equal((2, 2, 1, 0), (statistics.CreatedInScopeCount, statistics.DisposedInScopeCount, statistics.CreatedOutsideScopeCount, statistics.DisposedOutsideScopeCount));
        Assert.Equal(1, statistics.ThreadTotalLiveCount);
        outside.Dispose();
    }

    [Fact]
    public void An_in_place_operation_gives_back_the_same_object()
    {
        using var scope = NewDisposeScope();
        var a = ones(2);
        Assert.Same(a, a.add_(ones(2)));
        Assert.Same(a, a.mul_(3));
        Assert.Equal([6f, 6], a.data<float>().ToArray());
    }

    [Fact]
    public void A_disposed_tensor_is_refused_and_not_touched()
    {
        var gone = ones(2);
        gone.Dispose();
        Assert.Throws<InvalidOperationException>(() => gone.sum());
        Assert.Throws<InvalidOperationException>(() => gone.shape);
    }

    [Fact]
    public void An_alias_lives_on_after_the_original()
    {
        var original = ones(2);
        using var alias = original.alias();
        original.Dispose();
        Assert.Equal(2f, alias.sum().item<float>());
    }

    [Fact]
    public void An_array_is_shared_and_kept_alive_by_the_tensor_over_it()
    {
        var values = new float[] { 1, 2, 3, 4 };
        using var shared = frombuffer(values, float32, 2, 1);
        values[1] = 7;
        GC.Collect();
        Assert.Equal([7f, 3], shared.data<float>().ToArray());
    }
}

[Collection(nameof(MemoryAlone))]
public sealed class MemoryTests
{
    [Fact]
    public void Resident_memory_stays_flat_over_two_thousand_training_steps()
    {
        using var weight = randn(64, 64);
        weight.requires_grad = true;
        using var input = randn(256, 64);

        void Steps(int count)
        {
            for (var i = 0; i < count; i++)
            {
                using var scope = NewDisposeScope();
                input.matmul(weight).relu().sum().backward();
                using (no_grad()) weight.sub_(weight.grad! * 1e-6);
                weight.grad = null;
            }
        }

        Steps(2000); // libtorch's allocator and kernels take their share in the first steps; the law is about what comes after
        var before = ResidentBytes();
        Steps(2000);
        Assert.InRange(ResidentBytes() - before, long.MinValue, 32L << 20);
    }

    [Fact]
    public void Tensors_that_nobody_disposed_are_released_by_the_finalizer()
    {
        Drop(64);
        var most = ResidentBytes();
        for (var round = 0; round < 10; round++)
        {
            Drop(64);
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        // 640 tensors of a mebibyte each were dropped; kept, they would be all there.
        Assert.InRange(ResidentBytes() - most, long.MinValue, 320L << 20);

        static void Drop(int count)
        {
            for (var i = 0; i < count; i++) _ = ones(256, 1024);
        }
    }

    static long ResidentBytes() => Environment.WorkingSet;
}
