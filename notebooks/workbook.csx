// What every notebook loads first: the one place that names the libraries. The first cell of a notebook holds the usings,
// because C# scripts do not pass the usings of a loaded file on.
#r "../artifacts/notebook/TorchSharp.dll"
#r "../artifacts/notebook/HDF.PInvoke.dll"
#r "../artifacts/notebook/ModelBalancing.dll"

// Makes figures live in an editor; the headless runner's report brings its own copy of plotly.js.
if (System.Environment.GetEnvironmentVariable("WORKBOOK_HEADLESS") is null && ModelBalancing.Figures.PlotlyScript.Find() is { } plotly)
    display(HTML("<script>" + ModelBalancing.Figures.PlotlyScript.Inline(plotly) + "</script>"));
