"""Peer of the benchmarks pde-1d and pde-2d: the corrected compressible-flow scheme as vectorised NumPy, one sample at a time in float32.

MC-limited reconstruction, HLLC-like flux with the star energy of the equation of state, two-stage midpoint steps, viscous sub-steps with
refilled ghosts and mixed derivatives; periodic. Reads "DIMENSIONS POINTS SAMPLES INTERVAL FILE" lines: FILE holds the first frames as raw
float32 (sample, channel, cells), channels density, pressure, velocities. Runs every sample for one interval, writes the end to FILE.out and
answers with a JSON list of the processor's seconds for each sample. Ends at end of input.
"""
import json
import sys
import time

import numpy as np

GAMMA, CFL, ETA, ZETA = np.float32(5 / 3), 0.3, 0.01, 0.01
HALF, QUARTER = np.float32(.5), np.float32(.25)


def pad(q):
    return np.pad(q, [(0, 0)] + [(2, 2)] * (q.ndim - 1), mode="wrap")


def along(q, axis, start, stop):
    """Cells start..stop (counted with ghosts) along an axis of space; the other axes without their ghosts."""
    index = [slice(None)] + [slice(2, -2)] * (q.ndim - 1)
    index[axis + 1] = slice(start, q.shape[axis + 1] + stop)
    return q[tuple(index)]


def reconstruct(q, axis):
    """States on both sides of every face: below and above."""
    d = np.diff(along(q, axis, 0, 0), axis=axis + 1)
    n = d.shape[axis + 1]
    a, b = np.take(d, range(n - 1), axis + 1), np.take(d, range(1, n), axis + 1)
    central = (a + b) * QUARTER
    half = np.copysign(np.minimum(np.minimum(np.abs(a), np.abs(b)), np.abs(central)), central)
    half[a * b <= 0] = 0
    cells = along(q, axis, 1, -1)
    lower, upper = cells - half, cells + half
    for side in (lower, upper):
        bad = (side[0] <= 0) | (side[1] <= 0)
        if bad.any():
            side[:, bad] = cells[:, bad]
    n = lower.shape[axis + 1]
    return np.take(upper, range(n - 1), axis + 1), np.take(lower, range(1, n), axis + 1)


def euler_flux(q, axis):
    left, right = reconstruct(q, axis)
    (rho_l, p_l), (rho_r, p_r) = left[:2], right[:2]
    u_l, u_r = left[2 + axis], right[2 + axis]
    sound = np.sqrt(np.maximum(GAMMA * p_l / rho_l, GAMMA * p_r / rho_r))
    s_l, s_r = np.minimum(u_l, u_r) - sound, np.maximum(u_l, u_r) + sound
    m_l, m_r = rho_l * (s_l - u_l), rho_r * (s_r - u_r)
    contact = (p_r - p_l + m_l * u_l - m_r * u_r) / (m_l - m_r)
    p_star = p_l + m_l * (contact - u_l)
    from_left = (s_l > 0) | (contact >= 0)
    star = (s_l <= 0) & (contact >= 0) | ~from_left & (s_r > 0)
    state = np.where(from_left, left, right)
    rho, p, u = state[0], state[1], state[2 + axis]
    rho_star = np.where(from_left, m_l / (s_l - contact), m_r / (s_r - contact))
    across = sum((state[2 + k] ** 2 for k in range(len(state) - 2) if k != axis), np.zeros_like(u))
    flux = np.empty_like(state)
    flux[0] = np.where(star, rho_star * contact, rho * u)
    enthalpy = GAMMA / (GAMMA - 1)
    flux[1] = np.where(star, (p_star * enthalpy + HALF * rho_star * (contact ** 2 + across)) * contact, (p * enthalpy + HALF * rho * (u ** 2 + across)) * u)
    for k in range(len(state) - 2):
        flux[2 + k] = np.where(star, rho_star * contact ** 2 + p_star, rho * u ** 2 + p) if k == axis else flux[0] * state[2 + k]
    return flux


def conserved(q):
    u = np.empty_like(q)
    u[0] = q[0]
    u[2:] = q[0] * q[2:]
    u[1] = q[1] / (GAMMA - 1) + HALF * q[0] * (q[2:] ** 2).sum(0)
    return u


def primitive(u):
    q = np.empty_like(u)
    q[0] = u[0]
    q[2:] = u[2:] / u[0]
    q[1] = (u[1] - HALF * u[0] * (q[2:] ** 2).sum(0)) * (GAMMA - 1)
    return q


def hyperbolic(q, dt, widths):
    u = conserved(q)
    state = q
    for part in (.5, 1):
        ghosted = pad(state)
        new = u.copy()
        for axis, h in enumerate(widths):
            new -= np.float32(part * dt / h) * np.diff(euler_flux(ghosted, axis), axis=axis + 1)
        state = primitive(new)
        state[1][state[1] <= 1e-8] = 1e-4
    return state


def viscous(q, dt, widths):
    dims = len(widths)
    for axis, h in enumerate(widths):
        ghosted = pad(q)
        u = conserved(q)
        pairs = along(ghosted, axis, 1, -1)
        n = pairs.shape[axis + 1]
        low, high = np.take(pairs, range(n - 1), axis + 1), np.take(pairs, range(1, n), axis + 1)
        rho = HALF * (low[0] + high[0])
        gradient = (high[2:] - low[2:]) / np.float32(h)
        stress = np.float32(ETA) * gradient
        stress[axis] += np.float32(ZETA + ETA / 3) * gradient[axis]
        for other in range(dims):
            if other == axis:
                continue
            # Mean of the central differences along the other axis in the two cells of a face.
            index = [slice(None)] + [slice(2, -2)] * dims
            index[axis + 1], index[other + 1] = slice(1, -1), slice(1, -1)
            band = ghosted[tuple(index)][2:]
            n2 = band.shape[other + 1]
            slope = (np.take(band, range(2, n2), other + 1) - np.take(band, range(n2 - 2), other + 1)) / np.float32(2 * widths[other])
            slope = HALF * (np.take(slope, range(n - 1), axis + 1) + np.take(slope, range(1, n), axis + 1))
            stress[axis] += np.float32(ZETA - 2 * ETA / 3) * slope[other]
            stress[other] += np.float32(ETA) * slope[axis]
        stress *= rho
        u[2:] += np.float32(dt / h) * np.diff(stress, axis=axis + 1)
        u[1] += np.float32(dt / h) * np.diff((HALF * (low[2:] + high[2:]) * stress).sum(0), axis=axis)
        q = primitive(u)
    return q


def run(q, widths, interval):
    left = interval
    longest_viscous = CFL * .5 * min(widths) ** 2 / (4 * ETA / 3 + ZETA + 1e-8)
    while left > 0:
        sound = np.sqrt(GAMMA * q[1] / q[0])
        dt = min(left, min(CFL * h / (float((sound + np.abs(q[2 + axis])).max()) + 1e-8) for axis, h in enumerate(widths)))
        if dt <= 1e-8:
            break
        q = hyperbolic(q, dt, widths)
        rest = dt
        while rest > 1e-8:
            part = min(longest_viscous, rest)
            q = viscous(q, part, widths)
            rest -= part
        left -= dt
    return q


print(json.dumps({"peer": f"NumPy {np.__version__}"}), flush=True)
for line in sys.stdin:
    dimensions, points, samples, interval, path = line.strip().split(" ", 4)
    dimensions, points, samples, interval = int(dimensions), int(points), int(samples), float(interval)
    shape = (points,) * dimensions
    widths = [(2 if dimensions == 1 else 1) / points] * dimensions
    starts = np.fromfile(path, np.float32).reshape(samples, 2 + dimensions, *shape)
    seconds, ends = [], []
    for start in starts:
        began = time.process_time()
        ends.append(run(start, widths, interval))
        seconds.append(time.process_time() - began)
    np.array(ends, np.float32).tofile(path + ".out")
    print(json.dumps(seconds), flush=True)
