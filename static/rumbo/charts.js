/* Draws what kpis.charts hands over: colours by token, ticks and texts as given. Formats nothing. */
(() => {
  "use strict";
  const SELECTOR = "canvas[data-chart]";

  /* "--rumbo-accent/0.4" -> a colour, read where the chart stands */
  function coloured(value, style) {
    if (Array.isArray(value)) return value.map((each) => coloured(each, style));
    if (typeof value !== "string" || !value.startsWith("--")) return value;
    const [name, alpha] = value.split("/");
    const colour = style.getPropertyValue(name).trim();
    return alpha ? `color-mix(in srgb, ${colour} ${Number(alpha) * 100}%, transparent)` : colour;
  }
  const resolved = (colour, canvas) => {
    canvas.style.color = colour;
    const rgb = getComputedStyle(canvas).color;
    canvas.style.color = "";
    return rgb;
  };

  function hatch(colour) {
    const tile = document.createElement("canvas");
    tile.width = tile.height = 6;
    const pen = tile.getContext("2d");
    pen.strokeStyle = colour;
    pen.lineWidth = 1.5;
    pen.beginPath();
    pen.moveTo(0, 6); pen.lineTo(6, 0); pen.moveTo(-1, 1); pen.lineTo(1, -1); pen.moveTo(5, 7); pen.lineTo(7, 5);
    pen.stroke();
    return pen.createPattern(tile, "repeat");
  }

  /* Names at the ends of the lines, pushed apart where they would touch. */
  const directLabels = {
    id: "rumboLabels",
    afterDatasetsDraw(chart) {
      if (!chart.$rumbo.direct_labels) return;
      const pen = chart.ctx;
      const ends = chart.data.datasets.map((dataset, index) => {
        const points = chart.getDatasetMeta(index).data;
        if (dataset.$isFill || isMark(dataset)) return null;
        let last = dataset.data.length - 1;
        while (last >= 0 && dataset.data[last] === null) last -= 1;
        return last < 0 ? null : { y: points[last].y, text: dataset.label, colour: dataset.$ink };
      }).filter(Boolean).sort((a, b) => a.y - b.y);
      ends.forEach((end, i) => { if (i) end.y = Math.max(end.y, ends[i - 1].y + 14); });
      const overflow = ends.length ? ends.at(-1).y - chart.chartArea.bottom : 0;
      if (overflow > 0) ends.forEach((end) => { end.y -= overflow; });
      pen.save();
      pen.font = `500 11px ${Chart.defaults.font.family}`;
      pen.textBaseline = "middle";
      ends.forEach((end) => {
        pen.fillStyle = end.colour;
        pen.fillText(fitted(pen, end.text, chart.width - chart.chartArea.right - 10), chart.chartArea.right + 8, end.y);
      });
      pen.restore();
    },
  };
  function fitted(pen, text, width) {
    if (pen.measureText(text).width <= width) return text;
    let short = text;
    while (short.length > 1 && pen.measureText(`${short}…`).width > width) short = short.slice(0, -1);
    return `${short.trimEnd()}…`;
  }

  const isMark = (dataset) => ["unusual", "note"].includes(dataset.rumbo?.role);

  function labelRoom(config, canvas) {
    const pen = canvas.getContext("2d");
    pen.font = `500 11px ${getComputedStyle(document.body).fontFamily}`;
    const widest = Math.max(...config.data.datasets.filter((dataset) => !isMark(dataset)).map((dataset) => pen.measureText(dataset.label).width));
    return Math.min(widest + 20, canvas.parentElement.clientWidth * 0.25);
  }

  function dressed(canvas, given) {
    const style = getComputedStyle(canvas);
    const config = structuredClone(given);
    const rumbo = config.rumbo;
    const ink = style.getPropertyValue("--muted").trim();
    const line = style.getPropertyValue("--line").trim();
    const fills = []; // segments drawn apart would leave seams in the area under them
    for (const dataset of config.data.datasets) {
      for (const key of ["borderColor", "backgroundColor"]) {
        const value = coloured(dataset[key], style);
        dataset[key] = Array.isArray(value) ? value.map((each) => resolved(each, canvas)) : value && resolved(value, canvas);
      }
      dataset.$isFill = dataset.rumbo.role === "ground";
      dataset.$ink = dataset.rumbo.role === "comparison" ? ink : dataset.borderColor || dataset.backgroundColor;
      dataset.pointHoverRadius = dataset.$isFill ? 0 : 4;
      dataset.pointBackgroundColor = dataset.pointHoverBackgroundColor = dataset.pointHoverBorderColor = dataset.borderColor;
      dataset.pointHitRadius = 12;
      const incomplete = dataset.rumbo.incomplete;
      if (dataset.rumbo.role === "series" && incomplete.some(Boolean)) {
        if ((dataset.type || config.type) === "line") {
          fills.push({ data: dataset.data, type: "line", label: "", fill: dataset.fill, backgroundColor: dataset.backgroundColor, borderWidth: 0, pointRadius: 0, pointHoverRadius: 0, tension: 0, spanGaps: false, order: 9, $isFill: true });
          dataset.fill = false;
          dataset.segment = { borderDash: (context) => (incomplete[context.p1DataIndex] || incomplete[context.p0DataIndex] ? [2, 3] : undefined) };
        } else {
          const solid = dataset.backgroundColor;
          dataset.backgroundColor = incomplete.map((is, i) => {
            const colour = Array.isArray(solid) ? solid[i] : solid;
            return is ? hatch(colour) : colour;
          });
        }
      }
    }
    config.data.datasets.push(...fills);
    const scale = config.options.scales[rumbo.axis];
    scale.afterBuildTicks = (axis) => { axis.ticks = rumbo.ticks.map(({ value }) => ({ value })); };
    scale.ticks = { callback: (value) => rumbo.ticks.find((tick) => tick.value === value)?.label ?? "", color: ink };
    scale.grid = { color: line, drawTicks: false };
    scale.border = { display: false };
    const other = config.options.scales[rumbo.axis === "y" ? "x" : "y"];
    other.ticks = { ...other.ticks, color: ink, padding: 6, maxTicksLimit: Math.max(3, Math.floor(canvas.parentElement.clientWidth / 80)) };
    other.border = { color: line };
    const isWide = canvas.parentElement.clientWidth > 520;
    if (rumbo.axis === "x" && !isWide) { // names beside bars: the axis takes half at most, and would cut off their beginnings
      other.ticks.callback = function (value) { const name = this.getLabelForValue(value); return name.length > 22 ? `${name.slice(0, 21)}…` : name; };
    }
    config.options.layout = { padding: { right: rumbo.direct_labels && isWide ? labelRoom(config, canvas) : 8, top: 8 } };
    if (rumbo.direct_labels && !isWide) {
      rumbo.direct_labels = false;
      config.options.plugins.legend = { display: true };
    }
    if (config.options.plugins.legend?.display) {
      config.options.plugins.legend.labels = { filter: (item) => item.text !== "", color: ink, boxWidth: 14, boxHeight: 1, font: { size: 11 } };
      config.options.plugins.legend.position = "bottom";
    }
    config.options.plugins.tooltip = {
      backgroundColor: style.getPropertyValue("--raised").trim(), borderColor: style.getPropertyValue("--line-strong").trim(), borderWidth: 1,
      titleColor: style.getPropertyValue("--ink").trim(), bodyColor: style.getPropertyValue("--ink-2").trim(),
      padding: 10, boxPadding: 4, boxWidth: 8, boxHeight: 8, usePointStyle: true, cornerRadius: 6,
      filter: (item) => !item.dataset.$isFill,
      callbacks: {
        title: (items) => rumbo.titles[items[0].dataIndex],
        label: (item) => ` ${item.dataset.label}: ${item.dataset.rumbo.texts[item.dataIndex]}`,
        labelColor: (item) => {
          const ink = [item.dataset.$ink].flat();
          const colour = ink[item.dataIndex] ?? ink[0];
          return { borderColor: colour, backgroundColor: colour };
        },
      },
    };
    return config;
  }

  function draw(canvas) {
    Chart.getChart(canvas)?.destroy();
    const source = document.getElementById(canvas.dataset.chart);
    if (!source) return;
    const config = dressed(canvas, JSON.parse(source.textContent));
    const { rumbo, ...rest } = config;
    Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
    Chart.defaults.font.size = 11;
    const plugin = { ...directLabels, beforeInit: (chart) => { chart.$rumbo = rumbo; } };
    new Chart(canvas, { ...rest, plugins: [plugin] });
    canvas.dataset.drawn = "";
  }
  const drawAll = () => document.querySelectorAll(SELECTOR).forEach(draw);

  document.addEventListener("DOMContentLoaded", drawAll);
  if (document.readyState !== "loading") drawAll();
  document.addEventListener("rumbo:theme", drawAll);
  document.addEventListener("htmx:beforeSwap", () => document.querySelectorAll(SELECTOR).forEach((canvas) => Chart.getChart(canvas)?.destroy()));
  document.addEventListener("htmx:afterSettle", drawAll);
  /* paper is white, whatever the theme */
  let before = "";
  window.addEventListener("beforeprint", () => {
    before = document.documentElement.dataset.bsTheme;
    document.documentElement.dataset.bsTheme = "light";
    drawAll();
    document.querySelectorAll(SELECTOR).forEach((canvas) => Chart.getChart(canvas)?.resize());
  });
  window.addEventListener("afterprint", () => { document.documentElement.dataset.bsTheme = before; drawAll(); });
})();
