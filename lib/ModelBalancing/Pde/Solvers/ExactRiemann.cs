// The exact solution of a shock tube, for comparison.
namespace ModelBalancing.Pde.Solvers;

/// <summary>Exact Riemann solution of the Euler equations (Toro, Riemann Solvers and Numerical Methods for Fluid Dynamics, chapter 4).</summary>
public sealed class ExactRiemann
{
    private readonly double gamma, soundLeft, soundRight;
    private readonly TubeState left, right;

    /// <summary>Solves the tube.</summary>
    /// <param name="left">State left of the membrane.</param>
    /// <param name="right">State right of it.</param>
    /// <param name="gamma">Ratio of specific heats, > 1.</param>
    public ExactRiemann(TubeState left, TubeState right, double gamma)
    {
        (this.left, this.right, this.gamma) = (left, right, gamma);
        (soundLeft, soundRight) = (Sound(left), Sound(right));
        // Bisection on f(p) = fL + fR + uR - uL, which grows with p.
        double low = 1e-12, high = 1e6;
        for (var i = 0; i < 200; i++)
        {
            var middle = Math.Sqrt(low * high);
            if (Curve(middle, left, soundLeft) + Curve(middle, right, soundRight) + right.Velocity - left.Velocity < 0)
                low = middle;
            else
                high = middle;
        }
        Pressure = Math.Sqrt(low * high);
        Velocity = 0.5 * (left.Velocity + right.Velocity + Curve(Pressure, right, soundRight) - Curve(Pressure, left, soundLeft));
    }

    /// <summary>Pressure between the waves.</summary>
    public double Pressure { get; }

    /// <summary>Velocity between the waves, that of the contact.</summary>
    public double Velocity { get; }

    /// <summary>Speed of the right shock.</summary>
    public double RightShock => right.Velocity + soundRight * Math.Sqrt((gamma + 1) / (2 * gamma) * Pressure / right.Pressure + (gamma - 1) / (2 * gamma));

    /// <summary>Density at a place and time.</summary>
    /// <param name="speed">Distance from the membrane over the time since it broke, x/t.</param>
    public double Density(double speed)
    {
        // The left side mirrored is a right side.
        return speed <= Velocity
            ? Side(-speed, -Velocity, new TubeState(left.Density, -left.Velocity, left.Pressure), soundLeft)
            : Side(speed, Velocity, right, soundRight);
    }

    private double Side(double speed, double velocity, TubeState state, double sound)
    {
        var ratio = Pressure / state.Pressure;
        if (Pressure > state.Pressure)
        {
            var shock = state.Velocity + sound * Math.Sqrt((gamma + 1) / (2 * gamma) * ratio + (gamma - 1) / (2 * gamma));
            var jump = (gamma - 1) / (gamma + 1);
            return speed >= shock ? state.Density : state.Density * (ratio + jump) / (jump * ratio + 1);
        }
        var behind = sound * Math.Pow(ratio, (gamma - 1) / (2 * gamma));
        if (speed >= state.Velocity + sound)
            return state.Density;
        if (speed <= velocity + behind)
            return state.Density * Math.Pow(ratio, 1 / gamma);
        var inside = 2 / (gamma + 1) - (gamma - 1) / ((gamma + 1) * sound) * (state.Velocity - speed);
        return state.Density * Math.Pow(inside, 2 / (gamma - 1));
    }

    private double Curve(double pressure, TubeState state, double sound)
    {
        if (pressure > state.Pressure)
            return (pressure - state.Pressure) * Math.Sqrt(2 / ((gamma + 1) * state.Density) / (pressure + (gamma - 1) / (gamma + 1) * state.Pressure));
        return 2 * sound / (gamma - 1) * (Math.Pow(pressure / state.Pressure, (gamma - 1) / (2 * gamma)) - 1);
    }

    private double Sound(TubeState state) => Math.Sqrt(gamma * state.Pressure / state.Density);
}
