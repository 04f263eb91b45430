/** What a sheet is made of: each function places one thing and tells which tags it shows. */
import type { ReactElement } from "react";
import { Instrument } from "../../components/instrument/Instrument";
import { Profile } from "../../components/instrument/Profile";
import { ROW, Row } from "../../components/instrument/Row";
import { Column } from "../../components/process/Column";
import { Drum } from "../../components/process/Drum";
import { Exchanger } from "../../components/process/Exchanger";
import { Pipe } from "../../components/process/Pipe";
import type { SheetSize } from "../../components/process/ProcessCanvas";
import { Pump } from "../../components/process/Pump";
import { ShellAndTube } from "../../components/process/Shell";
import { SplitValve } from "../../components/process/SplitValve";
import { StreamLabel } from "../../components/process/StreamLabel";
import { EquipmentSymbol, type SymbolName } from "../../components/process/Symbol";
import { Vessel } from "../../components/process/Vessel";
import type { KnownModel, TagName } from "../../tags/model";
import { LiveDrum, LivePump, LiveTank, LiveValve, LiveVessel } from "./LiveSymbol";

export interface Item {
  readonly element: ReactElement;
  /** The tags that an instrument of it shows. */
  readonly tags: readonly string[];
  /** Left out of a thumbnail: instruments, signal lines and words. */
  readonly fine?: boolean;
}

export interface Graphic {
  readonly model: string;
  /** What the drawing shows, for those who hear it. */
  readonly label: string;
  readonly size?: SheetSize;
  readonly items: readonly Item[];
  /** The pens that a trend starts with. */
  readonly pens?: readonly string[];
}

type Anchor = "start" | "middle" | "end";

interface GaugeOptions {
  readonly trend?: boolean;
  readonly computed?: boolean;
}

interface ShellOptions<Tag> {
  readonly level?: Tag;
  readonly agitator?: boolean;
  readonly jacket?: boolean;
}

const still = (element: ReactElement): Item => ({ element, tags: [] });
const fine = (element: ReactElement): Item => ({ element, tags: [], fine: true });
const shown = (element: ReactElement, ...tags: string[]): Item => ({ element, tags, fine: true });

/** The things of one model's sheet; a tag that the model lacks does not compile. */
export function kitOf<M extends KnownModel>() {
  return kit<TagName<M>>();
}

export function kit<Tag extends string>() {
  return {
    /** A process pipe with an arrow at its end. */
    pipe: (points: string) => still(<Pipe points={points} arrow />),
    line: (points: string) => still(<Pipe points={points} />),
    utility: (points: string) => still(<Pipe points={points} kind="utility" arrow />),
    signal: (points: string) => fine(<Pipe points={points} kind="signal" />),
    stream: (x: number, y: number, text: string, anchor: Anchor = "start") =>
      fine(<StreamLabel x={x} y={y} text={text} anchor={anchor} />),
    name: (x: number, y: number, text: string, anchor: Anchor = "middle") =>
      fine(<StreamLabel x={x} y={y} text={text} anchor={anchor} equipment />),
    /** A plain body: a board, a base plate, a furnace. */
    body: (x: number, y: number, width: number, height: number) =>
      still(
        <g className="equipment">
          <rect className="body" x={x} y={y} width={width} height={height} rx="6" />
        </g>,
      ),
    block: (x: number, y: number, width: number, height: number) =>
      fine(<rect className="block" x={x} y={y} width={width} height={height} rx="4" />),
    symbol: (name: SymbolName, x: number, y: number, mirrored = false) =>
      still(<EquipmentSymbol name={name} x={x} y={y} mirrored={mirrored} />),
    column: (x: number, y: number, width: number, height: number, trays: number) =>
      still(<Column x={x} y={y} width={width} height={height} trays={trays} />),
    exchanger: (x: number, y: number, radius = 26) => still(<Exchanger x={x} y={y} radius={radius} />),
    shell: (x: number, y: number, width: number, height: number, tubes = 4) =>
      still(<ShellAndTube x={x} y={y} width={width} height={height} tubes={tubes} />),
    splitter: (x: number, y: number) => still(<SplitValve x={x} y={y} />),
    drum: (x: number, y: number, width: number, height: number, level?: Tag) =>
      still(
        level ? (
          <LiveDrum x={x} y={y} width={width} height={height} tag={level} />
        ) : (
          <Drum x={x} y={y} width={width} height={height} />
        ),
      ),
    tank: (x: number, y: number, width: number, height: number, level: Tag, label: string) =>
      still(<LiveTank x={x} y={y} width={width} height={height} tag={level} label={label} />),
    vessel: (
      x: number,
      y: number,
      width: number,
      height: number,
      { level, ...options }: ShellOptions<Tag> = {},
    ) =>
      still(
        level ? (
          <LiveVessel x={x} y={y} width={width} height={height} tag={level} {...options} />
        ) : (
          <Vessel x={x} y={y} width={width} height={height} {...options} />
        ),
      ),
    valve: (x: number, y: number, tag: Tag, upright = false) =>
      still(<LiveValve x={x} y={y} tag={tag} upright={upright} />),
    pump: (x: number, y: number, name: string, side: "left" | "right" = "right", tag?: Tag) =>
      still(
        tag ? (
          <LivePump x={x} y={y} name={name} side={side} tag={tag} />
        ) : (
          <Pump x={x} y={y} name={name} side={side} running={null} />
        ),
      ),
    /** Bubble, value and moving indicator. */
    gauge: (x: number, y: number, tag: Tag, title: string, options: GaugeOptions = {}) =>
      shown(<Instrument x={x} y={y} tag={tag} title={title} {...options} />, tag),
    /** Values in lines under a heading. */
    rows: (
      x: number,
      y: number,
      width: number,
      heading: string,
      entries: readonly (readonly [Tag, string])[],
    ) =>
      shown(
        <g transform={`translate(${x} ${y})`}>
          <text className="equipment-label" x="4" y="-2">
            {heading}
          </text>
          {entries.map(([tag, title], index) => (
            <Row key={tag} x={0} y={16 + index * ROW} tag={tag} title={title} width={width} />
          ))}
        </g>,
        ...entries.map(([tag]) => tag),
      ),
    /** Bars of numbered tags, the first at the bottom, or lying with the first at the left. */
    profile: (
      x: number,
      y: number,
      width: number,
      height: number,
      tags: readonly Tag[],
      title: string,
      range?: readonly [number, number],
      lying = false,
    ) => {
      const place = { x, y, width, height, tags, title, lying };
      return shown(<Profile {...place} {...(range ? { range } : {})} />, ...tags);
    },
  };
}
