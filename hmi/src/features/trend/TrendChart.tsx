/** Draws lines over time with uPlot; pens share a scale by its name, the first four scales have an axis. */
import { useComputedColorScheme } from "@mantine/core";
import { useEffect, useRef } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { formatNumber, formatShort } from "../../lib/format";
import type { Series } from "../../tags/series";
import { pen } from "./pens";

export interface TrendPen {
  readonly title: string;
  /** Pens of the same name share a scale. */
  readonly scale: string;
  /** What the axis says beside its figures; nothing when the pen alone has it and gives it its colour. */
  readonly axis?: string;
  readonly digits: number;
}

interface TrendChartProps {
  readonly pens: readonly TrendPen[];
  readonly lines: readonly Series[];
  readonly end: number;
  readonly windowMs: number | null;
}

export function TrendChart({ pens, lines, end, windowMs }: TrendChartProps) {
  const host = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | null>(null);
  const scheme = useComputedColorScheme("light");
  const penKey = JSON.stringify(pens);

  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const plot = new uPlot(options(JSON.parse(penKey), scheme, element), [[]], element);
    chart.current = plot;
    const observer = new ResizeObserver(() =>
      plot.setSize({ width: element.clientWidth, height: Math.max(80, element.clientHeight) }),
    );
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.destroy();
      chart.current = null;
    };
  }, [penKey, scheme]);

  useEffect(() => {
    if (document.hidden || !chart.current) return;
    const data = uPlot.join(lines.map(({ time, value }) => [time, gaps(value)] as uPlot.AlignedData));
    chart.current.setData(data.length > 0 ? data : [[]], false);
    const first = windowMs === null ? (data[0]?.[0] ?? end - 1000) : end - windowMs;
    chart.current.setScale("x", { min: first, max: Math.max(end, first + 1000) });
  }, [lines, end, windowMs]);

  return <div ref={host} className="trend-chart" data-points={lines[0]?.time.length ?? 0} />;
}

function gaps(values: readonly number[]): (number | null)[] {
  return values.map((value) => (Number.isFinite(value) ? value : null));
}

type Scheme = "light" | "dark";

/** The first pen of each scale, as far as there is room. */
function axes(pens: readonly TrendPen[]): TrendPen[] {
  return pens
    .filter((each, index) => pens.findIndex(({ scale }) => scale === each.scale) === index)
    .slice(0, AXES);
}

function options(pens: TrendPen[], scheme: Scheme, element: HTMLElement): uPlot.Options {
  const line = scheme === "light" ? "#c2c7cb" : "#3a4046";
  const text = scheme === "light" ? "#353c42" : "#c4cad0";
  return {
    width: element.clientWidth,
    height: Math.max(80, element.clientHeight),
    ms: 1,
    pxAlign: 0,
    legend: { show: false },
    cursor: { drag: { x: false, y: false }, points: { size: 5 } },
    scales: Object.fromEntries([
      ["x", { time: true, auto: false }],
      ...pens.map(({ scale, digits }) => [scale, { range: padding(digits) }]),
    ]),
    series: [
      {},
      ...pens.map((each, index) => ({
        label: each.title,
        scale: each.scale,
        stroke: pen(index)[scheme],
        dash: pen(index).dash,
        width: 1.6,
        points: { show: false },
        value: (_: uPlot, value: number | null) =>
          value === null ? "---" : formatNumber(value, each.digits),
      })),
    ],
    axes: [
      {
        stroke: text,
        grid: { stroke: line, width: 1 },
        ticks: { stroke: line },
        font: FONT,
        size: 28,
        values: CLOCK,
      },
      ...axes(pens).map((each, index) => ({
        scale: each.scale,
        side: (index % 2 === 0 ? LEFT : RIGHT) as uPlot.Axis.Side,
        stroke: each.axis === undefined ? pen(pens.indexOf(each))[scheme] : text,
        font: FONT,
        ...(each.axis === undefined ? {} : { label: each.axis, labelFont: FONT, labelSize: 16 }),
        size: 56,
        values: (_: uPlot, splits: number[]) => splits.map((at) => formatShort(at)),
        grid: { show: index === 0, stroke: line, width: 1 },
        ticks: { stroke: line, size: 4 },
      })),
    ],
  };
}

const FONT = "11px system-ui, sans-serif";
const LEAST_STEPS = 5;
const AXES = 4;
const LEFT = 3;
const RIGHT = 1;

const CLOCK: uPlot.Axis.DynamicValues = (_, splits) =>
  splits.map((at) => new Date(at).toLocaleTimeString(undefined, { hour12: false }));

/** Room around the data, and never so little that the last shown digit fills the chart. */
function padding(digits: number): uPlot.Range.Function {
  const least = LEAST_STEPS * 10 ** -digits;
  return (_, low, high) => {
    if (low === null || high === null) return [0, 1];
    const half = 0.6 * Math.max(high - low, least);
    return [(low + high) / 2 - half, (low + high) / 2 + half];
  };
}
