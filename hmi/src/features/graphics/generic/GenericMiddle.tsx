/** The equipment as one block, what flows in and out of it, and its controllers with their signal lines. */
import { Bubble } from "../../../components/instrument/Bubble";
import { Pressable } from "../../../components/instrument/Pressable";
import { Pipe } from "../../../components/process/Pipe";
import { type ModelSpec, tagWords } from "../../../tags/model";
import { useTag } from "../../../tags/useTag";
import type { GenericLayout, PlacedLoop } from "./layout";

interface MiddleProps {
  readonly model: ModelSpec;
  readonly layout: GenericLayout;
  readonly width: number;
}

const GUTTER = 0.16;
const LANES = 5;
const LANE = 7;
const NEAR = 26;
const BESIDE = 12;

export function GenericMiddle({ model, layout, width }: MiddleProps) {
  const { height, inputs, outputs, profiles, loops } = layout;
  const left = Math.round(width * GUTTER);
  const right = width - left;
  return (
    // biome-ignore lint/a11y/useSemanticElements: an SVG group of controllers, not a form
    <svg
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      role="group"
      aria-label={`${model.name} and its loops`}
    >
      <g className="equipment">
        <rect className="body" x={left} y={8} width={right - left} height={height - 16} rx="10" />
      </g>
      {inputs.map(({ tag, y, height: tall }) => (
        <Pipe key={tag} points={`0,${y + tall / 2} ${left},${y + tall / 2}`} arrow />
      ))}
      {[...profiles, ...outputs].map(({ y, height: tall }) => (
        <Pipe key={y} points={`${right},${y + tall / 2} ${width},${y + tall / 2}`} arrow />
      ))}
      <BlockName name={model.name} x={width / 2} room={right - left} />
      {loops.map((loop, index) => (
        <Loop key={`${loop.controlled} ${loop.manipulated}`} loop={loop} lane={index % LANES} width={width} />
      ))}
    </svg>
  );
}

function BlockName({ name, x, room }: { name: string; x: number; room: number }) {
  const lines = wrap(name, Math.floor(room / 7.5)).slice(0, 2);
  return (
    <text y={lines.length > 1 ? 30 : 38} textAnchor="middle" className="equipment-label block-name">
      {lines.map((line) => (
        <tspan key={line} x={x} dy={line === lines[0] ? 0 : 17}>
          {line}
        </tspan>
      ))}
    </text>
  );
}

/** The words in lines of at most `most` letters. */
function wrap(text: string, most: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= most)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word.slice(0, most));
  }
  return lines;
}

function Loop({ loop, lane, width }: { loop: PlacedLoop; lane: number; width: number }) {
  const { controlled, y, from, to, inner } = loop;
  const middle = width / 2;
  const reach = NEAR + lane * LANE;
  const target = inner ?? (to === null ? null : to + BESIDE);
  const end = inner === null ? 0 : middle - NEAR + 6;
  return (
    <>
      {from !== null && (
        <Pipe
          kind="signal"
          points={`${width},${from + BESIDE} ${middle + reach},${from + BESIDE} ${middle + reach},${y} ${middle + 18},${y}`}
        />
      )}
      {target !== null && (
        <Pipe
          kind="signal"
          arrow
          points={`${middle - 18},${y} ${middle - reach},${y} ${middle - reach},${target} ${end},${target}`}
        />
      )}
      <LoopBubble controlled={controlled} x={middle} y={y} />
    </>
  );
}

function LoopBubble({ controlled, x, y }: { controlled: string; x: number; y: number }) {
  const measured = useTag(controlled);
  const setpoint = useTag(`${controlled}_setpoint`);
  const mode = useTag(`${controlled}_mode`);
  const label = `Loop of ${tagWords(controlled)}, setpoint ${setpoint.text}, ${mode.text}`;
  return (
    <Pressable x={x} y={y} view={setpoint} label={label}>
      <rect className="hit" x="-22" y="-22" width="44" height="44" rx="3" />
      <Bubble label={controllerLabel(measured.spec.label)} />
      <text className="loop-mode" x="15" y="-12">
        {mode.text === "---" ? "" : mode.text.charAt(0).toUpperCase()}
      </text>
    </Pressable>
  );
}

/** `TI_1` as its controller: `TIC_1`; `C` where the tag has no mark. */
function controllerLabel(label: string): string {
  const [letters = "", loop = ""] = label.split("_");
  if (!letters) return "C";
  return `${letters.includes("C") ? letters : `${letters.replace(/[IT]$/, "")}IC`}_${loop}`;
}
