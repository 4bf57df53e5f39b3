// The arithmetic of one sample of a compressible flow: ghost cells, reconstruction, flux, update, viscosity; every loop over cells runs in vectors.
using System.Numerics;
using System.Runtime.CompilerServices;

namespace ModelBalancing.Pde.Solvers;

/// <summary>State and work arrays of one sample on a grid of one to three axes.</summary>
/// <remarks>A velocity component without an axis of its own (1D with a transverse velocity) is carried along.</remarks>
internal sealed class FlowKernel<T> : ISampleKernel<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private const double SmallestStep = 1e-8;
    private const double LowestPressure = 1e-8;
    private const double PressureFloor = 1e-4;

    private readonly FlowSettings settings;
    private readonly PaddedGrid<T> grid;
    private readonly int dimensions, components;
    private readonly double[] widths;
    private readonly Variables state, midpoint;

    // For every axis mass, energy and momenta one after another, each as long as the grid.
    private readonly T[][] fluxes;
    private readonly T[][] velocityBefore, density;

    /// <param name="settings">Fluid, domain and scheme.</param>
    /// <param name="shape">Cells of every axis.</param>
    /// <param name="components">Velocity components, at least one an axis.</param>
    public FlowKernel(FlowSettings settings, IReadOnlyList<int> shape, int components)
    {
        this.settings = settings;
        this.components = components;
        grid = new PaddedGrid<T>(shape);
        dimensions = shape.Count;
        widths = [.. shape.Select((n, axis) => (settings.Ends(axis).Max - settings.Ends(axis).Min) / n)];
        (state, midpoint) = (new(grid.Length, components), new(grid.Length, components));
        fluxes = [.. widths.Select(_ => new T[(2 + components) * grid.Length])];
        density = [state.Density];
        velocityBefore = [.. Enumerable.Range(0, settings.Scheme.RefilledViscousGhosts ? 0 : components).Select(_ => new T[grid.Length])];
    }

    /// <inheritdoc/>
    public void Load(Trajectories<T> start, int sample)
    {
        state.Reset();
        midpoint.Reset();
        for (var c = 0; c < state.All.Length; c++)
            grid.Load(start.Frame(c, sample, 0), state.All[c]);
    }

    /// <inheritdoc/>
    public void Store<TResult>(Trajectories<TResult> result, int sample, int frame) where TResult : unmanaged, IFloatingPointIeee754<TResult>
    {
        for (var c = 0; c < state.All.Length; c++)
            grid.Store(state.All[c], result.Frame(c, sample, frame));
    }

    /// <inheritdoc/>
    public bool Advance(double interval, CancellationToken cancellation)
    {
        var left = interval;
        while (left > 0)
        {
            cancellation.ThrowIfCancellationRequested();
            var longest = settings.Cfl * ShortestCrossing();
            if (!(longest > 0))
                return false;
            var step = Math.Min(longest, left);
            // Below this step the published loop lets time pass without an update, and so it stays: the state does not change.
            if (step <= SmallestStep)
                break;
            HyperbolicStep(step);
            ViscousSteps(step, cancellation);
            left -= step;
        }
        return Array.TrueForAll(state.All, grid.IsFinite);
    }

    // The shortest over the axes of cell width / max(c + |v|); NaN when a cell is, because the maxima keep NaN.
    private double ShortestCrossing()
    {
        var gamma = T.CreateChecked(settings.Gamma);
        ref var density = ref Start(state.Density);
        ref var pressure = ref Start(state.Pressure);
        ref var velocity0 = ref Start(state.Velocity[0]);
        ref var velocity1 = ref Start(state.Velocity[dimensions > 1 ? 1 : 0]);
        ref var velocity2 = ref Start(state.Velocity[dimensions > 2 ? 2 : 0]);
        Vector<T> fastest0 = default, fastest1 = default, fastest2 = default;
        foreach (var row in grid.Cells)
            for (var i = row.Start; i < row.End; i += Vector<T>.Count)
            {
                var sound = Vector.SquareRoot(gamma * At(ref pressure, i) / At(ref density, i));
                fastest0 = Vector.Max(fastest0, grid.Inside(i, row.End, sound + Vector.Abs(At(ref velocity0, i))));
                if (dimensions > 1)
                    fastest1 = Vector.Max(fastest1, grid.Inside(i, row.End, sound + Vector.Abs(At(ref velocity1, i))));
                if (dimensions > 2)
                    fastest2 = Vector.Max(fastest2, grid.Inside(i, row.End, sound + Vector.Abs(At(ref velocity2, i))));
            }
        var shortest = widths[0] / (Largest(fastest0) + 1e-8);
        if (dimensions > 1)
            shortest = Math.Min(shortest, widths[1] / (Largest(fastest1) + 1e-8));
        if (dimensions > 2)
            shortest = Math.Min(shortest, widths[2] / (Largest(fastest2) + 1e-8));
        return shortest;
    }

    private static double Largest(Vector<T> values)
    {
        var result = T.Zero;
        for (var lane = 0; lane < Vector<T>.Count; lane++)
            result = T.Max(result, values[lane]);
        return double.CreateChecked(result);
    }

    // Predictor over half a step, corrector over the whole one (spec: two-stage midpoint); the fluxes of all axes at once.
    private void HyperbolicStep(double step)
    {
        FillGhosts(state.All);
        for (var axis = 0; axis < dimensions; axis++)
            RiemannFlux(state, axis);
        Update(state, midpoint, step / 2);
        FillGhosts(midpoint.All);
        for (var axis = 0; axis < dimensions; axis++)
            RiemannFlux(midpoint, axis);
        Update(state, state, step);
    }

    private void FillGhosts(T[][] arrays)
    {
        foreach (var values in arrays)
            for (var axis = 0; axis < dimensions; axis++)
                grid.FillGhosts(values, axis, settings.IsJoined(axis));
    }

    // The flux through every face across an axis, from the reconstructed states on both sides (L below, R above).
    private void RiemannFlux(Variables q, int axis)
    {
        var stride = grid.Strides[axis];
        ref var flux = ref Start(fluxes[axis]);
        var length = grid.Length;
        // Components across the axis, if there are any.
        int first = axis == 0 ? 1 : 0, second = axis == 2 ? 1 : 2;
        bool one = components > 1, two = components > 2;
        ref var density = ref Start(q.Density);
        ref var pressure = ref Start(q.Pressure);
        ref var along = ref Start(q.Velocity[axis]);
        ref var across = ref Start(q.Velocity[one ? first : axis]);
        ref var sideways = ref Start(q.Velocity[two ? second : axis]);
        int energyAt = length, alongAt = (2 + axis) * length, acrossAt = (2 + first) * length, sidewaysAt = (2 + second) * length;
        var gamma = T.CreateChecked(settings.Gamma);
        var enthalpy = T.CreateChecked(settings.Gamma / (settings.Gamma - 1));
        var heat = T.CreateChecked(1 / (settings.Gamma - 1));
        var half = T.CreateChecked(0.5);
        var zero = Vector<T>.Zero;
        var restIsLeft = settings.Scheme.ContactAtRestTakesLeftStar;
        var textbook = settings.Scheme.TextbookStarEnergy;
        foreach (var row in grid.Faces[axis])
            for (var i = row.Start; i < row.End; i += Vector<T>.Count)
            {
                Limiter<T>.Reconstruct(ref density, i, stride, out var rhoL, out var rhoR);
                Limiter<T>.Reconstruct(ref pressure, i, stride, out var pL, out var pR);
                Limiter<T>.Reconstruct(ref along, i, stride, out var uL, out var uR);
                // A face without positive density and pressure takes the cell's own values.
                var validL = Vector.BitwiseAnd(Vector.GreaterThan(rhoL, zero), Vector.GreaterThan(pL, zero));
                var validR = Vector.BitwiseAnd(Vector.GreaterThan(rhoR, zero), Vector.GreaterThan(pR, zero));
                var allValid = Vector.EqualsAll(Vector.BitwiseAnd(validL, validR), Vector<T>.AllBitsSet);
                if (!allValid)
                {
                    Fallback(ref density, i, stride, validL, validR, ref rhoL, ref rhoR);
                    Fallback(ref pressure, i, stride, validL, validR, ref pL, ref pR);
                    Fallback(ref along, i, stride, validL, validR, ref uL, ref uR);
                }

                var sound = Vector.SquareRoot(Vector.MaxNative(gamma * pL / rhoL, gamma * pR / rhoR));
                var sL = Vector.MinNative(uL, uR) - sound;
                var sR = Vector.MaxNative(uL, uR) + sound;
                var massL = rhoL * (sL - uL);
                var massR = rhoR * (sR - uR);
                var contact = (pR - pL + massL * uL - massR * uR) / (massL - massR);
                var pStar = pL + massL * (contact - uL);

                // Which of F_L, F*_L, F*_R, F_R; the masks are tried in this order.
                var supersonic = Vector.GreaterThan(sL, zero);
                var starL = restIsLeft ? Vector.GreaterThanOrEqual(contact, zero) : Vector.LessThan(sL * contact, zero);
                var starR = restIsLeft ? Vector.GreaterThan(sR, zero) : Vector.LessThan(sR * contact, zero);
                starL = Vector.AndNot(starL, supersonic);
                starR = Vector.AndNot(Vector.AndNot(starR, supersonic), starL);
                var star = Vector.BitwiseOr(starL, starR);
                var left = Vector.BitwiseOr(supersonic, starL);

                var v = zero;
                var w = zero;
                var kinetic = Vector.ConditionalSelect(left, uL, uR);
                var u = kinetic;
                kinetic *= u;
                var transverse = zero;
                if (one)
                {
                    Limiter<T>.Reconstruct(ref across, i, stride, out var vL, out var vR);
                    if (!allValid)
                        Fallback(ref across, i, stride, validL, validR, ref vL, ref vR);
                    v = Vector.ConditionalSelect(left, vL, vR);
                    transverse = v * v;
                    if (two)
                    {
                        Limiter<T>.Reconstruct(ref sideways, i, stride, out var wL, out var wR);
                        if (!allValid)
                            Fallback(ref sideways, i, stride, validL, validR, ref wL, ref wR);
                        w = Vector.ConditionalSelect(left, wL, wR);
                        transverse += w * w;
                    }
                    kinetic += transverse;
                }

                // Everything from the side K that was chosen.
                var rho = Vector.ConditionalSelect(left, rhoL, rhoR);
                var p = Vector.ConditionalSelect(left, pL, pR);
                var s = Vector.ConditionalSelect(left, sL, sR);
                var rhoStar = Vector.ConditionalSelect(left, massL, massR) / (s - contact);
                var massStar = rhoStar * contact;
                Vector<T> energyStar;
                if (textbook)
                {
                    var total = p * heat + rho * kinetic * half;
                    energyStar = (((s - u) * total - p * u + pStar * contact) / (s - contact) + pStar) * contact;
                }
                else
                {
                    energyStar = (pStar * enthalpy + rhoStar * (contact * contact + transverse) * half) * contact;
                }

                var mass = Vector.ConditionalSelect(star, massStar, rho * u);
                mass.StoreUnsafe(ref flux, (nuint)i);
                Vector.ConditionalSelect(star, massStar * contact + pStar, rho * u * u + p).StoreUnsafe(ref flux, (nuint)(alongAt + i));
                Vector.ConditionalSelect(star, energyStar, (p * enthalpy + rho * kinetic * half) * u).StoreUnsafe(ref flux, (nuint)(energyAt + i));
                if (one)
                    (mass * v).StoreUnsafe(ref flux, (nuint)(acrossAt + i));
                if (two)
                    (mass * w).StoreUnsafe(ref flux, (nuint)(sidewaysAt + i));
            }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Fallback(ref T values, int i, int stride, Vector<T> validL, Vector<T> validR, ref Vector<T> lower, ref Vector<T> upper)
    {
        lower = Vector.ConditionalSelect(validL, lower, At(ref values, i));
        upper = Vector.ConditionalSelect(validR, upper, At(ref values, i + stride));
    }

    // to = U(from) − step · div F, back in primitive variables, with the published floor of the pressure.
    private void Update(Variables from, Variables to, double step)
    {
        var heat = T.CreateChecked(1 / (settings.Gamma - 1));
        var gammaMinusOne = T.CreateChecked(settings.Gamma - 1);
        var half = T.CreateChecked(0.5);
        var lowest = new Vector<T>(T.CreateChecked(LowestPressure));
        var floor = new Vector<T>(T.CreateChecked(PressureFloor));
        ref var fluxX = ref Start(fluxes[0]);
        ref var fluxY = ref Start(fluxes[dimensions > 1 ? 1 : 0]);
        ref var fluxZ = ref Start(fluxes[dimensions > 2 ? 2 : 0]);
        int axes = dimensions, length = grid.Length, x = grid.Strides[0], y = axes > 1 ? grid.Strides[1] : 0, z = axes > 2 ? grid.Strides[2] : 0;
        var ratioX = T.CreateChecked(step / widths[0]);
        var ratioY = T.CreateChecked(axes > 1 ? step / widths[1] : 0);
        var ratioZ = T.CreateChecked(axes > 2 ? step / widths[2] : 0);
        ref var density = ref Start(from.Density);
        ref var pressure = ref Start(from.Pressure);
        bool one = components > 1, two = components > 2;
        int first = one ? 1 : 0, second = two ? 2 : 0;
        ref var velocity0 = ref Start(from.Velocity[0]);
        ref var velocity1 = ref Start(from.Velocity[first]);
        ref var velocity2 = ref Start(from.Velocity[second]);
        ref var toDensity = ref Start(to.Density);
        ref var toPressure = ref Start(to.Pressure);
        ref var to0 = ref Start(to.Velocity[0]);
        ref var to1 = ref Start(to.Velocity[first]);
        ref var to2 = ref Start(to.Velocity[second]);
        foreach (var row in grid.Cells)
            for (var i = row.Start; i < row.End; i += Vector<T>.Count)
            {
                Vector<T> rho = At(ref density, i), u = At(ref velocity0, i);
                var newRho = rho - Divergence(i, axes, ref fluxX, x, ratioX, ref fluxY, y, ratioY, ref fluxZ, z, ratioZ);
                var inverse = Vector<T>.One / newRho;
                var newU = (rho * u - Divergence(2 * length + i, axes, ref fluxX, x, ratioX, ref fluxY, y, ratioY, ref fluxZ, z, ratioZ)) * inverse;
                Vector<T> before = u * u, after = newU * newU, newV = default, newW = default;
                if (one)
                {
                    var v = At(ref velocity1, i);
                    newV = (rho * v - Divergence(3 * length + i, axes, ref fluxX, x, ratioX, ref fluxY, y, ratioY, ref fluxZ, z, ratioZ)) * inverse;
                    before += v * v;
                    after += newV * newV;
                }
                if (two)
                {
                    var w = At(ref velocity2, i);
                    newW = (rho * w - Divergence(4 * length + i, axes, ref fluxX, x, ratioX, ref fluxY, y, ratioY, ref fluxZ, z, ratioZ)) * inverse;
                    before += w * w;
                    after += newW * newW;
                }
                var energy = At(ref pressure, i) * heat + rho * before * half - Divergence(length + i, axes, ref fluxX, x, ratioX, ref fluxY, y, ratioY, ref fluxZ, z, ratioZ);
                var newP = (energy - newRho * after * half) * gammaMinusOne;
                grid.Set(ref toDensity, i, row.End, newRho);
                grid.Set(ref toPressure, i, row.End, Vector.ConditionalSelect(Vector.LessThanOrEqual(newP, lowest), floor, newP));
                grid.Set(ref to0, i, row.End, newU);
                if (one)
                    grid.Set(ref to1, i, row.End, newV);
                if (two)
                    grid.Set(ref to2, i, row.End, newW);
            }
    }

    // Σ over axes of ratio · (flux above − flux below) at an index into the axes' fluxes.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<T> Divergence(int at, int axes, ref T fluxX, int x, T ratioX, ref T fluxY, int y, T ratioY, ref T fluxZ, int z, T ratioZ)
    {
        var sum = (At(ref fluxX, at) - At(ref fluxX, at - x)) * ratioX;
        if (axes > 1)
            sum += (At(ref fluxY, at) - At(ref fluxY, at - y)) * ratioY;
        if (axes > 2)
            sum += (At(ref fluxZ, at) - At(ref fluxZ, at - z)) * ratioZ;
        return sum;
    }

    private double HiddenSpacing => settings.Scheme.HiddenAxisSpacing ?? settings.XMax - settings.XMin;

    private void ViscousSteps(double step, CancellationToken cancellation)
    {
        if (settings.Eta == 0 && settings.Zeta == 0)
            return;
        var spacing = dimensions < 3 ? Math.Min(widths.Min(), HiddenSpacing) : widths.Min();
        var longest = settings.Cfl * 0.5 * spacing * spacing / (4 * settings.Eta / 3 + settings.Zeta + 1e-8);
        for (var left = step; left > SmallestStep;)
        {
            // A large viscosity asks for very many of these.
            cancellation.ThrowIfCancellationRequested();
            var part = Math.Min(longest, left);
            ViscousSweeps(part);
            left -= part;
        }
    }

    private void ViscousSweeps(double step)
    {
        var refill = settings.Scheme.RefilledViscousGhosts;
        for (var c = 0; c < velocityBefore.Length; c++)
            state.Velocity[c].CopyTo(velocityBefore[c], 0);
        for (var axis = 0; axis < dimensions; axis++)
        {
            if (axis == 0 || refill)
            {
                FillGhosts(state.Velocity);
                if (axis == 0)
                    FillGhosts(density);
            }
            ViscousFlux(axis);
            ViscousUpdate(axis, step);
        }
        if (refill)
            return;
        // The sweeps of the 3D generator over its axes of one cell, whose ghosts still hold the velocities before the first sweep.
        for (var hidden = dimensions; hidden < 3; hidden++)
            HiddenSweep(hidden, step);
    }

    // Momentum and energy flux of the viscous stress through every face across an axis.
    private void ViscousFlux(int axis)
    {
        var stride = grid.Strides[axis];
        ref var flux = ref Start(fluxes[axis]);
        var length = grid.Length;
        var half = T.CreateChecked(0.5);
        var normal = T.CreateChecked((settings.Eta + settings.Zeta + settings.Eta / 3) / widths[axis]);
        var shear = T.CreateChecked(settings.Eta / widths[axis]);
        bool one = components > 1, two = components > 2;
        int first = axis == 0 ? 1 : 0, second = axis == 2 ? 1 : 2;
        var mixed = settings.Scheme.MixedViscousTerms;
        bool mixedFirst = mixed && first < dimensions, mixedSecond = mixed && second < dimensions;
        int stepFirst = mixedFirst ? grid.Strides[first] : 0, stepSecond = mixedSecond ? grid.Strides[second] : 0;
        T Share(double viscosity, bool present, int other) => T.CreateChecked(present ? viscosity / (4 * widths[other]) : 0);
        T shearFirst = Share(settings.Eta, mixedFirst, first), bulkFirst = Share(settings.Zeta - 2 * settings.Eta / 3, mixedFirst, first);
        T shearSecond = Share(settings.Eta, mixedSecond, second), bulkSecond = Share(settings.Zeta - 2 * settings.Eta / 3, mixedSecond, second);
        ref var density = ref Start(state.Density);
        ref var along = ref Start(state.Velocity[axis]);
        ref var across = ref Start(state.Velocity[one ? first : axis]);
        ref var sideways = ref Start(state.Velocity[two ? second : axis]);
        int alongAt = (2 + axis) * length, acrossAt = (2 + first) * length, sidewaysAt = (2 + second) * length;
        foreach (var row in grid.Faces[axis])
            for (var i = row.Start; i < row.End; i += Vector<T>.Count)
            {
                var rho = (At(ref density, i) + At(ref density, i + stride)) * half;
                Vector<T> u0 = At(ref along, i), u1 = At(ref along, i + stride);
                var stress = (u1 - u0) * normal;
                var energy = Vector<T>.Zero;
                if (one)
                {
                    Vector<T> v0 = At(ref across, i), v1 = At(ref across, i + stride);
                    var tangential = (v1 - v0) * shear;
                    if (mixedFirst)
                    {
                        tangential += Differences(ref along, i, stride, stepFirst) * shearFirst;
                        stress += Differences(ref across, i, stride, stepFirst) * bulkFirst;
                    }
                    tangential *= rho;
                    energy += (v0 + v1) * tangential;
                    tangential.StoreUnsafe(ref flux, (nuint)(acrossAt + i));
                }
                if (two)
                {
                    Vector<T> w0 = At(ref sideways, i), w1 = At(ref sideways, i + stride);
                    var tangential = (w1 - w0) * shear;
                    if (mixedSecond)
                    {
                        tangential += Differences(ref along, i, stride, stepSecond) * shearSecond;
                        stress += Differences(ref sideways, i, stride, stepSecond) * bulkSecond;
                    }
                    tangential *= rho;
                    energy += (w0 + w1) * tangential;
                    tangential.StoreUnsafe(ref flux, (nuint)(sidewaysAt + i));
                }
                stress *= rho;
                energy += (u0 + u1) * stress;
                stress.StoreUnsafe(ref flux, (nuint)(alongAt + i));
                (energy * half).StoreUnsafe(ref flux, (nuint)(length + i));
            }
    }

    // Differences along another axis in both cells of a face: four widths of that axis times the derivative at the face.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<T> Differences(ref T values, int i, int stride, int step) =>
        At(ref values, i + step) - At(ref values, i - step) + At(ref values, i + stride + step) - At(ref values, i + stride - step);

    // New velocities and pressure at unchanged density.
    private void ViscousUpdate(int axis, double step)
    {
        ref var flux = ref Start(fluxes[axis]);
        int length = grid.Length, stride = grid.Strides[axis];
        bool one = components > 1, two = components > 2;
        var ratio = T.CreateChecked(step / widths[axis]);
        var gammaMinusOne = T.CreateChecked(settings.Gamma - 1);
        ref var density = ref Start(state.Density);
        ref var pressure = ref Start(state.Pressure);
        ref var velocity0 = ref Start(state.Velocity[0]);
        ref var velocity1 = ref Start(state.Velocity[one ? 1 : 0]);
        ref var velocity2 = ref Start(state.Velocity[two ? 2 : 0]);
        foreach (var row in grid.Cells)
            for (var i = row.Start; i < row.End; i += Vector<T>.Count)
            {
                var rho = At(ref density, i);
                var share = new Vector<T>(ratio) / rho;
                var loss = Accelerate(ref velocity0, i, row.End, (At(ref flux, 2 * length + i) - At(ref flux, 2 * length + i - stride)) * share);
                if (one)
                    loss += Accelerate(ref velocity1, i, row.End, (At(ref flux, 3 * length + i) - At(ref flux, 3 * length + i - stride)) * share);
                if (two)
                    loss += Accelerate(ref velocity2, i, row.End, (At(ref flux, 4 * length + i) - At(ref flux, 4 * length + i - stride)) * share);
                Heat(ref pressure, i, row.End, rho, loss, (At(ref flux, length + i) - At(ref flux, length + i - stride)) * ratio, gammaMinusOne);
            }
    }

    // Adds to a velocity; what its square loses.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector<T> Accelerate(ref T velocity, int i, int end, Vector<T> gain)
    {
        var before = At(ref velocity, i);
        var after = before + gain;
        grid.Set(ref velocity, i, end, after);
        return before * before - after * after;
    }

    // What the total energy gains beyond the kinetic energy becomes pressure.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Heat(ref T pressure, int i, int end, Vector<T> rho, Vector<T> loss, Vector<T> gain, T gammaMinusOne) =>
        grid.Set(ref pressure, i, end, At(ref pressure, i) + (gain + rho * loss * T.CreateTruncating(0.5)) * gammaMinusOne);

    private void HiddenSweep(int hidden, double step)
    {
        var spacing = HiddenSpacing;
        ref var density = ref Start(state.Density);
        ref var pressure = ref Start(state.Pressure);
        var two = T.CreateChecked(2);
        var gammaMinusOne = T.CreateChecked(settings.Gamma - 1);
        Span<T> shares = stackalloc T[components];
        for (var c = 0; c < components; c++)
            shares[c] = T.CreateChecked(step * (c == hidden ? settings.Eta + settings.Zeta + settings.Eta / 3 : settings.Eta) / (spacing * spacing));
        foreach (var row in grid.Cells)
            for (var i = row.Start; i < row.End; i += Vector<T>.Count)
            {
                var loss = Vector<T>.Zero;
                var gain = Vector<T>.Zero;
                for (var c = 0; c < components; c++)
                {
                    ref var velocity = ref Start(state.Velocity[c]);
                    Vector<T> ghost = At(ref Start(velocityBefore[c]), i), before = At(ref velocity, i);
                    gain += (ghost * ghost - before * before) * shares[c];
                    loss += Accelerate(ref velocity, i, row.End, (ghost - before) * shares[c] * two);
                }
                var rho = At(ref density, i);
                Heat(ref pressure, i, row.End, rho, loss, rho * gain, gammaMinusOne);
            }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref T Start(T[] values) => ref PaddedGrid<T>.Start(values);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<T> At(ref T start, int i) => PaddedGrid<T>.At(ref start, i);

    /// <summary>Arrays of cell values.</summary>
    private sealed class Variables
    {
        public Variables(int length, int components)
        {
            All = [.. Enumerable.Range(0, 2 + components).Select(_ => new T[length])];
            (Density, Pressure, Velocity) = (All[0], All[1], All[2..]);
        }

        public T[][] All { get; }
        public T[] Density { get; }
        public T[] Pressure { get; }
        public T[][] Velocity { get; }

        // Fluid at rest everywhere, so that the padding behaves.
        public void Reset()
        {
            Density.AsSpan().Fill(T.One);
            Pressure.AsSpan().Fill(T.One);
            foreach (var component in Velocity)
                component.AsSpan().Clear();
        }
    }
}
