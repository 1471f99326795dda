/* Every chart has one button, Plotly's own for a picture. It asks for the format: what is saved is made in the browser,
   of what the chart shows, so that it costs the server nothing. Without this script the button saves a PNG. */
(() => {
  if (window.ganExplorerSaves) return;
  window.ganExplorerSaves = true;

  const FORMATS = { PNG: "png", SVG: "svg", CSV: "csv" };
  let passes = false; // a click of our own on Plotly's button

  const quoted = (value) => {
    const text = value === null || value === undefined ? "" : String(value);
    return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };

  const plain = (text) => new DOMParser().parseFromString(text || "", "text/html").body.textContent;

  function rows(trace, name) {
    const { x = [], y = [], z } = trace;
    if (z && z.length) {
      return Array.from(z).flatMap((line, i) => Array.from(line, (value, j) => [name, x[j] ?? j, y[i] ?? i, value]));
    }
    const count = Math.max(x.length, y.length);
    return Array.from({ length: count }, (_, i) => [name, x[i], y[i]]);
  }

  function csv(chart) {
    const traces = chart._fullData.filter((trace) => trace.visible !== false);
    // As they were given: Plotly fills in names of its own for curves and axes that have none.
    const name = (trace, i) => plain(trace._input.name || trace._input.legendgroup).trim() || `series ${i + 1}`;
    const found = traces.flatMap((trace, i) => rows(trace, name(trace, i)));
    const axis = (side) => plain(chart.layout[`${side}axis`]?.title?.text).trim() || side;
    const header = ["series", axis("x"), axis("y")];
    if (found.some((row) => row.length > 3)) header.push("value");
    return [header, ...found].map((row) => row.map(quoted).join(",")).join("\n") + "\n";
  }

  function save(button, format) {
    const chart = button.closest(".js-plotly-plot");
    const options = chart._context.toImageButtonOptions;
    if (format !== "csv") {
      options.format = format;
      passes = true;
      button.click();
      passes = false;
      return;
    }
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([csv(chart)], { type: "text/csv" }));
    link.download = `${options.filename || "chart"}.csv`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }

  const close = () => document.querySelectorAll(".save-menu").forEach((menu) => menu.remove());

  function ask(button) {
    close();
    const menu = document.createElement("div");
    menu.className = "save-menu";
    menu.setAttribute("role", "menu");
    const place = button.getBoundingClientRect();
    Object.assign(menu.style, { top: `${place.bottom + 4}px`, right: `${innerWidth - place.right}px` });
    for (const [label, format] of Object.entries(FORMATS)) {
      const choice = document.createElement("button");
      choice.textContent = label;
      choice.setAttribute("role", "menuitem");
      choice.addEventListener("click", () => { close(); save(button, format); });
      menu.append(choice);
    }
    document.body.append(menu);
    menu.firstChild.focus();
  }

  addEventListener("click", (event) => {
    const button = event.target.closest?.(".js-plotly-plot .modebar-btn");
    if (button && !passes) {
      event.stopPropagation();
      event.preventDefault();
      ask(button);
    } else if (!event.target.closest?.(".save-menu")) {
      close();
    }
  }, true);
  addEventListener("keydown", (event) => { if (event.key === "Escape") close(); });
  addEventListener("scroll", close, true);
})();
