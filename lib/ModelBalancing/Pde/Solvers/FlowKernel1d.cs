// The arithmetic of one sample: ghost cells, reconstruction, flux, update, viscosity; every loop over cells runs in vectors.
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ModelBalancing.Pde.Solvers;

/// <summary>State and work arrays of one sample. Cell i of the domain is at index i + 2; what lies behind the last ghost cell is
/// padding that only keeps whole vectors inside the arrays.</summary>
internal sealed class FlowKernel1d<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int Ghosts = 2;
    private const double SmallestStep = 1e-8;
    private const double LowestPressure = 1e-8;
    private const double PressureFloor = 1e-4;

    private readonly FlowSettings settings;
    private readonly int points;
    private readonly bool transverse;
    private readonly double width;
    private readonly Variables state, midpoint, lower, upper, flux;
    private readonly T[] velocityBefore, transverseBefore;

    public FlowKernel1d(FlowSettings settings, int points, bool transverse)
    {
        this.settings = settings;
        this.points = points;
        this.transverse = transverse;
        width = (settings.XMax - settings.XMin) / points;
        var length = points + 2 * Ghosts + 2 * Vector<T>.Count;
        (state, midpoint, lower, upper, flux) = (new(length), new(length), new(length), new(length), new(length));
        velocityBefore = new T[length];
        transverseBefore = new T[length];
    }

    public void Load(ReadOnlySpan<T> density, ReadOnlySpan<T> velocity, ReadOnlySpan<T> pressure, ReadOnlySpan<T> across)
    {
        state.Reset();
        midpoint.Reset();
        density.CopyTo(state.Density.AsSpan(Ghosts));
        velocity.CopyTo(state.Velocity.AsSpan(Ghosts));
        pressure.CopyTo(state.Pressure.AsSpan(Ghosts));
        across.CopyTo(state.Transverse.AsSpan(Ghosts));
    }

    public void Store(Span<T> density, Span<T> velocity, Span<T> pressure, Span<T> across)
    {
        state.Density.AsSpan(Ghosts, points).CopyTo(density);
        state.Velocity.AsSpan(Ghosts, points).CopyTo(velocity);
        state.Pressure.AsSpan(Ghosts, points).CopyTo(pressure);
        state.Transverse.AsSpan(Ghosts, across.Length).CopyTo(across);
    }

    /// <summary>Moves the state on by <paramref name="interval"/>; false when the state is no longer finite.</summary>
    public bool Advance(double interval, CancellationToken cancellation)
    {
        var left = interval;
        while (left > 0)
        {
            cancellation.ThrowIfCancellationRequested();
            var longest = settings.Cfl * width / (FastestSignal() + 1e-8);
            if (!(longest > 0))
                return false;
            var step = Math.Min(longest, left);
            // Below this step the published loop lets time pass without an update, and so it stays: the state does not change.
            if (step <= SmallestStep)
                break;
            HyperbolicStep(step);
            ViscousSteps(step);
            left -= step;
        }
        return IsFinite();
    }

    // max(c + |u|) over the cells; both maxima keep NaN, so it is NaN when a cell is.
    private double FastestSignal()
    {
        var gamma = T.CreateChecked(settings.Gamma);
        ref var density = ref Start(state.Density);
        ref var velocity = ref Start(state.Velocity);
        ref var pressure = ref Start(state.Pressure);
        var fastest = new Vector<T>(T.Zero);
        var i = Ghosts;
        for (; i + Vector<T>.Count <= Ghosts + points; i += Vector<T>.Count)
        {
            var sound = Vector.SquareRoot(gamma * At(ref pressure, i) / At(ref density, i));
            fastest = Vector.Max(fastest, sound + Vector.Abs(At(ref velocity, i)));
        }
        var result = T.Zero;
        for (var lane = 0; lane < Vector<T>.Count; lane++)
            result = T.Max(result, fastest[lane]);
        for (; i < Ghosts + points; i++)
            result = T.Max(result, T.Sqrt(gamma * state.Pressure[i] / state.Density[i]) + T.Abs(state.Velocity[i]));
        return double.CreateChecked(result);
    }

    private bool IsFinite()
    {
        var sum = T.Zero;
        for (var i = Ghosts; i < Ghosts + points; i++)
            sum += (state.Density[i] + state.Velocity[i] + state.Pressure[i] + state.Transverse[i]) * T.Zero;
        return sum == T.Zero;
    }

    // Predictor over half a step, corrector over the whole one (spec: two-stage midpoint).
    private void HyperbolicStep(double step)
    {
        FillGhosts(state);
        Reconstruct(state);
        RiemannFlux();
        Update(state, midpoint, step / 2);
        FillGhosts(midpoint);
        Reconstruct(midpoint);
        RiemannFlux();
        Update(state, state, step);
    }

    private void FillGhosts(Variables q)
    {
        FillGhosts(q.Density);
        FillGhosts(q.Velocity);
        FillGhosts(q.Pressure);
        if (transverse)
            FillGhosts(q.Transverse);
    }

    private void FillGhosts(T[] values)
    {
        var end = points + Ghosts;
        if (settings.Boundary == FlowBoundary.Periodic)
        {
            (values[0], values[1]) = (values[end - 2], values[end - 1]);
            (values[end], values[end + 1]) = (values[2], values[3]);
        }
        else
        {
            (values[0], values[1]) = (values[3], values[2]);
            (values[end], values[end + 1]) = (values[end - 1], values[end - 2]);
        }
    }

    // Values at both faces of every cell: q -+ slope / 2; a face without positive density and pressure takes the cell's own values.
    private void Reconstruct(Variables q)
    {
        ref var density = ref Start(q.Density);
        ref var velocity = ref Start(q.Velocity);
        ref var pressure = ref Start(q.Pressure);
        ref var across = ref Start(q.Transverse);
        var half = T.CreateChecked(0.5);
        var zero = Vector<T>.Zero;
        for (var i = 1; i <= points + 2; i += Vector<T>.Count)
        {
            var rho = At(ref density, i);
            var u = At(ref velocity, i);
            var p = At(ref pressure, i);
            var v = transverse ? At(ref across, i) : zero;
            var rhoSlope = Slope(ref density, i, rho) * half;
            var uSlope = Slope(ref velocity, i, u) * half;
            var pSlope = Slope(ref pressure, i, p) * half;
            var vSlope = transverse ? Slope(ref across, i, v) * half : zero;

            var valid = Vector.BitwiseAnd(Vector.GreaterThan(rho - rhoSlope, zero), Vector.GreaterThan(p - pSlope, zero));
            Put(lower, i, Vector.ConditionalSelect(valid, rho - rhoSlope, rho), Vector.ConditionalSelect(valid, u - uSlope, u),
                Vector.ConditionalSelect(valid, p - pSlope, p), Vector.ConditionalSelect(valid, v - vSlope, v));
            valid = Vector.BitwiseAnd(Vector.GreaterThan(rho + rhoSlope, zero), Vector.GreaterThan(p + pSlope, zero));
            Put(upper, i, Vector.ConditionalSelect(valid, rho + rhoSlope, rho), Vector.ConditionalSelect(valid, u + uSlope, u),
                Vector.ConditionalSelect(valid, p + pSlope, p), Vector.ConditionalSelect(valid, v + vSlope, v));
        }
    }

    // Monotonised central slope: the smallest of 2|a|, 2|b|, |a + b| / 2 where both one-sided differences agree in sign.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<T> Slope(ref T values, int i, Vector<T> here)
    {
        var a = here - At(ref values, i - 1);
        var b = At(ref values, i + 1) - here;
        var central = (a + b) * T.CreateTruncating(0.5);
        var size = Vector.MinNative(Vector.MinNative(Vector.Abs(a), Vector.Abs(b)) * T.CreateTruncating(2), Vector.Abs(central));
        var signed = Vector.ConditionalSelect(Vector.LessThan(central, Vector<T>.Zero), -size, size);
        return Vector.ConditionalSelect(Vector.GreaterThan(a * b, Vector<T>.Zero), signed, Vector<T>.Zero);
    }

    // The flux through the face between cells i and i + 1, stored at i.
    private void RiemannFlux()
    {
        ref var lRho = ref Start(upper.Density);
        ref var lU = ref Start(upper.Velocity);
        ref var lP = ref Start(upper.Pressure);
        ref var lV = ref Start(upper.Transverse);
        ref var rRho = ref Start(lower.Density);
        ref var rU = ref Start(lower.Velocity);
        ref var rP = ref Start(lower.Pressure);
        ref var rV = ref Start(lower.Transverse);
        var gamma = T.CreateChecked(settings.Gamma);
        var enthalpy = T.CreateChecked(settings.Gamma / (settings.Gamma - 1));
        var heat = T.CreateChecked(1 / (settings.Gamma - 1));
        var half = T.CreateChecked(0.5);
        var zero = Vector<T>.Zero;
        var restIsLeft = settings.Scheme.ContactAtRestTakesLeftStar;
        var textbook = settings.Scheme.TextbookStarEnergy;
        for (var i = 1; i <= points + 1; i += Vector<T>.Count)
        {
            Vector<T> rhoL = At(ref lRho, i), uL = At(ref lU, i), pL = At(ref lP, i), vL = transverse ? At(ref lV, i) : zero;
            Vector<T> rhoR = At(ref rRho, i + 1), uR = At(ref rU, i + 1), pR = At(ref rP, i + 1), vR = transverse ? At(ref rV, i + 1) : zero;

            var sound = Vector.MaxNative(Vector.SquareRoot(gamma * pL / rhoL), Vector.SquareRoot(gamma * pR / rhoR));
            var sL = Vector.MinNative(uL, uR) - sound;
            var sR = Vector.MaxNative(uL, uR) + sound;
            var massL = rhoL * (sL - uL);
            var massR = rhoR * (sR - uR);
            var contact = (pR - pL + massL * uL - massR * uR) / (massL - massR);
            var pStar = pL + massL * (contact - uL);
            var rhoStarL = massL / (sL - contact);
            var rhoStarR = massR / (sR - contact);

            // Which of F_L, F*_L, F*_R, F_R; the masks are tried in this order.
            var supersonic = Vector.GreaterThan(sL, zero);
            var starL = restIsLeft ? Vector.GreaterThanOrEqual(contact, zero) : Vector.LessThan(sL * contact, zero);
            var starR = restIsLeft ? Vector.GreaterThan(sR, zero) : Vector.LessThan(sR * contact, zero);
            starL = Vector.AndNot(starL, supersonic);
            starR = Vector.AndNot(Vector.AndNot(starR, supersonic), starL);
            var star = Vector.BitwiseOr(starL, starR);
            var left = Vector.BitwiseOr(supersonic, starL);

            var kineticL = (uL * uL + vL * vL) * half;
            var kineticR = (uR * uR + vR * vR) * half;
            var v = Vector.ConditionalSelect(left, vL, vR);
            var rhoStar = Vector.ConditionalSelect(starL, rhoStarL, rhoStarR);
            var massStar = rhoStar * contact;
            Vector<T> energyStar;
            if (textbook)
            {
                var totalL = pL * heat + rhoL * kineticL;
                var totalR = pR * heat + rhoR * kineticR;
                var jumpL = ((sL - uL) * totalL - pL * uL + pStar * contact) / (sL - contact);
                var jumpR = ((sR - uR) * totalR - pR * uR + pStar * contact) / (sR - contact);
                energyStar = (Vector.ConditionalSelect(starL, jumpL, jumpR) + pStar) * contact;
            }
            else
            {
                energyStar = (pStar * enthalpy + rhoStar * (contact * contact + v * v) * half) * contact;
            }

            var rho = Vector.ConditionalSelect(left, rhoL, rhoR);
            var u = Vector.ConditionalSelect(left, uL, uR);
            var p = Vector.ConditionalSelect(left, pL, pR);
            var mass = Vector.ConditionalSelect(star, massStar, rho * u);
            var momentum = Vector.ConditionalSelect(star, massStar * contact + pStar, rho * u * u + p);
            var energy = Vector.ConditionalSelect(star, energyStar, (p * enthalpy + rho * Vector.ConditionalSelect(left, kineticL, kineticR)) * u);
            Put(flux, i, mass, momentum, energy, mass * v);
        }
    }

    // to = U(from) - step * dF/dx, back in primitive variables, with the published floor of the pressure.
    private void Update(Variables from, Variables to, double step)
    {
        ref var density = ref Start(from.Density);
        ref var velocity = ref Start(from.Velocity);
        ref var pressure = ref Start(from.Pressure);
        ref var across = ref Start(from.Transverse);
        ref var massFlux = ref Start(flux.Density);
        ref var momentumFlux = ref Start(flux.Velocity);
        ref var energyFlux = ref Start(flux.Pressure);
        ref var acrossFlux = ref Start(flux.Transverse);
        var ratio = T.CreateChecked(step / width);
        var heat = T.CreateChecked(1 / (settings.Gamma - 1));
        var gammaMinusOne = T.CreateChecked(settings.Gamma - 1);
        var half = T.CreateChecked(0.5);
        var lowest = new Vector<T>(T.CreateChecked(LowestPressure));
        var floor = new Vector<T>(T.CreateChecked(PressureFloor));
        for (var i = Ghosts; i < Ghosts + points; i += Vector<T>.Count)
        {
            Vector<T> rho = At(ref density, i), u = At(ref velocity, i), p = At(ref pressure, i), v = transverse ? At(ref across, i) : Vector<T>.Zero;
            var energy = p * heat + rho * (u * u + v * v) * half - (At(ref energyFlux, i) - At(ref energyFlux, i - 1)) * ratio;
            var momentum = rho * u - (At(ref momentumFlux, i) - At(ref momentumFlux, i - 1)) * ratio;
            var newRho = rho - (At(ref massFlux, i) - At(ref massFlux, i - 1)) * ratio;
            var newU = momentum / newRho;
            var newV = Vector<T>.Zero;
            if (transverse)
                newV = (rho * v - (At(ref acrossFlux, i) - At(ref acrossFlux, i - 1)) * ratio) / newRho;
            var newP = (energy - newRho * (newU * newU + newV * newV) * half) * gammaMinusOne;
            newP = Vector.ConditionalSelect(Vector.LessThanOrEqual(newP, lowest), floor, newP);
            Put(to, i, newRho, newU, newP, newV);
        }
    }

    private void ViscousSteps(double step)
    {
        if (settings.Eta == 0 && settings.Zeta == 0)
            return;
        var spacing = Math.Min(width, settings.Scheme.HiddenAxisSpacing);
        var longest = settings.Cfl * 0.5 * spacing * spacing / (4 * settings.Eta / 3 + settings.Zeta + 1e-8);
        for (var left = step; left > SmallestStep;)
        {
            var part = Math.Min(longest, left);
            ViscousSweep(part);
            left -= part;
        }
    }

    private void ViscousSweep(double step)
    {
        FillGhosts(state);
        var stale = !settings.Scheme.RefilledViscousGhosts;
        if (stale)
        {
            state.Velocity.CopyTo(velocityBefore, 0);
            state.Transverse.CopyTo(transverseBefore, 0);
        }
        var along = settings.Eta + settings.Zeta + settings.Eta / 3;
        ViscousFlux(along, settings.Eta);
        ViscousUpdate(step);
        if (!stale)
            return;
        // The y and z sweeps of the 3D generator over an axis of one cell, whose ghosts still hold the velocity before the x sweep.
        HiddenSweep(step, settings.Eta, along);
        HiddenSweep(step, settings.Eta, settings.Eta);
    }

    private void ViscousFlux(double along, double across)
    {
        ref var density = ref Start(state.Density);
        ref var velocity = ref Start(state.Velocity);
        ref var sideways = ref Start(state.Transverse);
        var half = T.CreateChecked(0.5);
        var c = T.CreateChecked(along / width);
        var d = T.CreateChecked(across / width);
        for (var i = 1; i <= points + 1; i += Vector<T>.Count)
        {
            var rho = (At(ref density, i) + At(ref density, i + 1)) * half;
            Vector<T> u0 = At(ref velocity, i), u1 = At(ref velocity, i + 1);
            var momentum = rho * (u1 - u0) * c;
            var energy = rho * (u1 * u1 - u0 * u0) * c;
            var shear = Vector<T>.Zero;
            if (transverse)
            {
                Vector<T> v0 = At(ref sideways, i), v1 = At(ref sideways, i + 1);
                shear = rho * (v1 - v0) * d;
                energy += rho * (v1 * v1 - v0 * v0) * d;
            }
            Put(flux, i, Vector<T>.Zero, momentum, energy * half, shear);
        }
    }

    private void ViscousUpdate(double step)
    {
        ref var density = ref Start(state.Density);
        ref var velocity = ref Start(state.Velocity);
        ref var pressure = ref Start(state.Pressure);
        ref var across = ref Start(state.Transverse);
        ref var momentumFlux = ref Start(flux.Velocity);
        ref var energyFlux = ref Start(flux.Pressure);
        ref var acrossFlux = ref Start(flux.Transverse);
        var ratio = T.CreateChecked(step / width);
        for (var i = Ghosts; i < Ghosts + points; i += Vector<T>.Count)
        {
            Vector<T> rho = At(ref density, i), u = At(ref velocity, i), v = transverse ? At(ref across, i) : Vector<T>.Zero;
            var momentum = rho * u + (At(ref momentumFlux, i) - At(ref momentumFlux, i - 1)) * ratio;
            var sideways = transverse ? rho * v + (At(ref acrossFlux, i) - At(ref acrossFlux, i - 1)) * ratio : Vector<T>.Zero;
            var gain = (At(ref energyFlux, i) - At(ref energyFlux, i - 1)) * ratio;
            PutViscous(i, rho, u, v, At(ref pressure, i), momentum, sideways, gain);
        }
    }

    private void HiddenSweep(double step, double along, double across)
    {
        ref var density = ref Start(state.Density);
        ref var velocity = ref Start(state.Velocity);
        ref var pressure = ref Start(state.Pressure);
        ref var sideways = ref Start(state.Transverse);
        ref var before = ref Start(velocityBefore);
        ref var sidewaysBefore = ref Start(transverseBefore);
        var spacing = settings.Scheme.HiddenAxisSpacing;
        var c = T.CreateChecked(step * along / (spacing * spacing));
        var d = T.CreateChecked(step * across / (spacing * spacing));
        var two = T.CreateChecked(2);
        for (var i = Ghosts; i < Ghosts + points; i += Vector<T>.Count)
        {
            Vector<T> rho = At(ref density, i), u = At(ref velocity, i), uBefore = At(ref before, i);
            Vector<T> v = Vector<T>.Zero, vBefore = Vector<T>.Zero;
            if (transverse)
                (v, vBefore) = (At(ref sideways, i), At(ref sidewaysBefore, i));
            var momentum = rho * u + rho * (uBefore - u) * c * two;
            var sidewaysMomentum = rho * v + rho * (vBefore - v) * d * two;
            var gain = rho * ((uBefore * uBefore - u * u) * c + (vBefore * vBefore - v * v) * d);
            PutViscous(i, rho, u, v, At(ref pressure, i), momentum, sidewaysMomentum, gain);
        }
    }

    // New velocities and pressure at unchanged density, from the momenta and the gain of total energy.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void PutViscous(int i, Vector<T> rho, Vector<T> u, Vector<T> v, Vector<T> p, Vector<T> momentum, Vector<T> sideways, Vector<T> gain)
    {
        var half = T.CreateTruncating(0.5);
        var gammaMinusOne = T.CreateTruncating(settings.Gamma - 1);
        var energy = p / new Vector<T>(gammaMinusOne) + rho * (u * u + v * v) * half + gain;
        var newU = momentum / rho;
        var newV = transverse ? sideways / rho : Vector<T>.Zero;
        var newP = (energy - rho * (newU * newU + newV * newV) * half) * gammaMinusOne;
        Set(ref Start(state.Velocity), i, newU);
        Set(ref Start(state.Pressure), i, newP);
        if (transverse)
            Set(ref Start(state.Transverse), i, newV);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Put(Variables to, int i, Vector<T> density, Vector<T> velocity, Vector<T> pressure, Vector<T> across)
    {
        Set(ref Start(to.Density), i, density);
        Set(ref Start(to.Velocity), i, velocity);
        Set(ref Start(to.Pressure), i, pressure);
        if (transverse)
            Set(ref Start(to.Transverse), i, across);
    }

    // The arrays are longer than any index used by at least one vector (see the constructor), so no access leaves them.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref T Start(T[] values) => ref MemoryMarshal.GetArrayDataReference(values);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<T> At(ref T start, int i) => Vector.LoadUnsafe(ref start, (nuint)i);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Set(ref T start, int i, Vector<T> value) => value.StoreUnsafe(ref start, (nuint)i);

    /// <summary>Four arrays of cell or face values; for fluxes they hold mass, momentum, energy and transverse momentum.</summary>
    private sealed class Variables(int length)
    {
        public readonly T[] Density = new T[length];
        public readonly T[] Velocity = new T[length];
        public readonly T[] Pressure = new T[length];
        public readonly T[] Transverse = new T[length];

        // Fluid at rest everywhere, so that the padding behaves.
        public void Reset()
        {
            Density.AsSpan().Fill(T.One);
            Velocity.AsSpan().Clear();
            Pressure.AsSpan().Fill(T.One);
            Transverse.AsSpan().Clear();
        }
    }
}
