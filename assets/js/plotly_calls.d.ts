// The few calls of Plotly that we use, and what it adds to the element that it draws in. What it
// is to draw is handed on as it is, so options stand here where we read them back.

export type Options = Record<string, unknown>;

export interface Shape extends Options {
  type: "rect" | "path" | "line";
  x0?: number;
  y0?: number;
  x1?: number;
  y1?: number;
  path?: string;
  line: { color?: string; width: number };
  fillcolor?: string;
}

export interface Axis {
  range: [number, number];
  _offset: number; // pixels from the element's edge
  _length: number; // pixels
}

export interface Plot extends HTMLDivElement {
  data?: Options[];
  layout?: { uirevision?: string };
  _fullLayout?: { xaxis: Axis; yaxis: Axis };
  on(event: "plotly_hover", run: (event: { points: { x: number; y: number }[] }) => void): void;
  on(event: "plotly_unhover", run: () => void): void;
}

type Draw = (
  host: HTMLElement,
  traces: Options[],
  layout: Options,
  config: Options,
) => Promise<Plot>;

export interface PlotlyLibrary {
  newPlot: Draw;
  react: Draw;
  relayout(host: HTMLElement, changes: Options): Promise<Plot>;
  register(locale: Options): void;
}

declare global {
  interface Window {
    Plotly: PlotlyLibrary;
  }
}
