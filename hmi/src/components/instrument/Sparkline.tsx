/** The last minutes of a tag as one thin line, with its setpoint-free range chosen from the data. */
import { extent } from "d3-array";
import { scaleLinear } from "d3-scale";
import { line } from "d3-shape";
import { tagSpec } from "../../tags/model";
import { usePlant } from "../../tags/plant";
import { useSeries } from "../../tags/useSeries";

interface SparklineProps {
  readonly tag: string;
  readonly width: number;
  readonly height: number;
}

export const SPARK_MINUTES = 5;
const LEAST_SPAN = 0.01;

type Point = [time: number, value: number];

export function Sparkline({ tag, width, height }: SparklineProps) {
  const { model, simId } = usePlant();
  const { time, value } = useSeries(simId, tag, SPARK_MINUTES * 60_000, width);
  const spec = tagSpec(model, tag);
  const points = time.map((at, index): Point => [at, value[index] ?? Number.NaN]);
  const [from = 0, until = 1] = extent(time);
  const [least = spec.nominal, most = spec.nominal] = extent(value.filter(Number.isFinite));
  const pad = Math.max(0, (LEAST_SPAN * (spec.high - spec.low) - (most - least)) / 2);
  const x = scaleLinear([Math.min(from, until - SPARK_MINUTES * 60_000), until], [0, width]);
  const y = scaleLinear([least - pad, most + pad], [height - 3, 3]);
  const path = line<Point>()
    .defined(([, at]) => Number.isFinite(at))
    .x(([at]) => x(at))
    .y(([, at]) => y(at));
  return (
    <g className="sparkline">
      <rect width={width} height={height} rx="2" />
      <path d={path(points) ?? ""} />
    </g>
  );
}
