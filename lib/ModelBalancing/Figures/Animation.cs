// A figure that changes with time: a slider where plotly.js is there, the last state where it is not.
using System.Text.Json.Nodes;

namespace ModelBalancing.Figures;

/// <summary>One state of an <see cref="Animation"/>.</summary>
/// <param name="Name">What the slider shows, such as "epoch 3".</param>
/// <param name="Figure">The state; all states have the same panels with the same number of traces and fixed axes.</param>
public sealed record AnimationFrame(string Name, Figure Figure);

/// <summary>Figures of one form, shown one after another. It shows itself in notebooks.</summary>
[TypeFormatterSource(typeof(NotebookFormatters), PreferredMimeTypes = ["text/html", "text/plain"])]
public sealed class Animation
{
    private const int FrameMilliseconds = 350, SliderHeight = 70;

    /// <summary>Makes an animation.</summary>
    /// <param name="slider">What goes before the state's name on the slider, such as "after ".</param>
    /// <param name="frames">The states in order, at least one.</param>
    /// <exception cref="ArgumentException">There is no state, or two differ in panels or traces.</exception>
    public Animation(string slider, IReadOnlyList<AnimationFrame> frames)
    {
        ArgumentNullException.ThrowIfNull(frames);
        if (frames.Count == 0)
            throw new ArgumentException("An animation needs at least one state.", nameof(frames));
        var form = Form(frames[0].Figure);
        foreach (var frame in frames)
        {
            if (!Form(frame.Figure).SequenceEqual(form))
                throw new ArgumentException($"The state '{frame.Name}' has traces [{string.Join(", ", Form(frame.Figure))}] in its panels, the first one [{string.Join(", ", form)}]; all need the same.", nameof(frames));
        }
        (Slider, Frames) = (slider, frames);
    }

    /// <summary>What goes before a state's name.</summary>
    public string Slider { get; }

    /// <summary>The states in order.</summary>
    public IReadOnlyList<AnimationFrame> Frames { get; }

    /// <summary>The fragment for a notebook or report.</summary>
    public string ToHtml() => FigureHtml.Fragment(Frames[^1].Figure, ToJson());

    /// <summary>The last state as text, with the number of states.</summary>
    public string ToText() => $"{Frames[^1].Figure.ToText()}\n(last of {Frames.Count} states, {Slider}{Frames[^1].Name})";

    /// <summary>The last state as a picture.</summary>
    public string ToSvg() => Frames[^1].Figure.ToSvg();

    /// <summary>The Plotly figure: <c>data</c>, <c>layout</c> with a slider and a button, and <c>frames</c>.</summary>
    public JsonObject ToJson()
    {
        var first = Frames[0].Figure.ToJson();
        var layout = first["layout"]!.AsObject();
        var (steps, frames) = (new JsonArray(), new JsonArray());
        foreach (var frame in Frames)
        {
            steps.Add(new JsonObject { ["label"] = frame.Name, ["method"] = "animate", ["args"] = new JsonArray(new JsonArray(frame.Name), Move(immediate: true)) });
            var state = frame.Figure.ToJson();
            var stateLayout = state["layout"]!;
            frames.Add(new JsonObject
            {
                ["name"] = frame.Name, ["data"] = state["data"]!.DeepClone(),
                ["layout"] = new JsonObject { ["annotations"] = stateLayout["annotations"]!.DeepClone(), ["shapes"] = stateLayout["shapes"]!.DeepClone() },
            });
        }
        var height = layout["height"]!.GetValue<double>();
        layout["height"] = height + SliderHeight;
        var margin = layout["margin"]!.AsObject();
        margin["b"] = margin["b"]!.GetValue<double>() + SliderHeight;
        // Below everything that the figure itself has.
        var y = -(margin["b"]!.GetValue<double>() - SliderHeight) / Math.Max(1, height - margin["t"]!.GetValue<double>() - margin["b"]!.GetValue<double>() + SliderHeight);
        layout["sliders"] = new JsonArray(new JsonObject
        {
            ["active"] = 0, ["x"] = 0.12, ["len"] = 0.88, ["y"] = y, ["yanchor"] = "top", ["pad"] = new JsonObject { ["t"] = 4 },
            ["currentvalue"] = new JsonObject { ["prefix"] = Slider }, ["steps"] = steps,
        });
        layout["updatemenus"] = new JsonArray(new JsonObject
        {
            ["type"] = "buttons", ["showactive"] = false, ["x"] = 0, ["xanchor"] = "left", ["y"] = y, ["yanchor"] = "top", ["pad"] = new JsonObject { ["t"] = 22 },
            ["buttons"] = new JsonArray(new JsonObject { ["label"] = "play", ["method"] = "animate", ["args"] = new JsonArray(null, Move(immediate: false)) }),
        });
        first["frames"] = frames;
        return first;
    }

    /// <inheritdoc cref="ToText"/>
    public override string ToString() => ToText();

    private static JsonObject Move(bool immediate) => new()
    {
        ["mode"] = "immediate", ["fromcurrent"] = true, ["transition"] = new JsonObject { ["duration"] = 0 },
        ["frame"] = new JsonObject { ["duration"] = immediate ? 0 : FrameMilliseconds, ["redraw"] = true },
    };

    private static List<int> Form(Figure figure) => [.. figure.Panels.Select(panel => panel.Traces.Count)];
}
