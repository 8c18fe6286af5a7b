const scheme = window.matchMedia("(prefers-color-scheme: dark)");

// plotly draws on a canvas of its own, so the page's colours must be told to it.
function themed(layout) {
  const style = getComputedStyle(document.documentElement);
  const ink = style.getPropertyValue("--ink").trim();
  const line = style.getPropertyValue("--line").trim();
  const axes = Object.keys(layout).filter((key) => /^[xy]axis\d*$/.test(key));
  const themedAxes = {};
  for (const key of new Set(["xaxis", "yaxis", ...axes])) {
    themedAxes[key] = { ...layout[key], gridcolor: line, zerolinecolor: line, linecolor: line };
  }
  return { ...layout, ...themedAxes, font: { color: ink }, paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)" };
}

function draw() {
  for (const [key, figure] of Object.entries(figures)) {
    Plotly.react(`plot-${key}`, figure.data, themed(figure.layout), { responsive: true, displaylogo: false });
  }
  document.documentElement.dataset.drawn = "yes";
}

draw();
scheme.addEventListener("change", draw);
