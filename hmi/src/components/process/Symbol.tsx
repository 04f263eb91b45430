/** The smaller pieces of equipment as outlines; x and y name the middle unless said otherwise. */
import type { Place } from "./shape";

interface Outline {
  readonly body: string;
  readonly lines?: string;
  readonly letter?: string;
}

export const SYMBOLS = {
  compressor: { body: "M-30 -30V30L30 16V-16z" },
  turbine: { body: "M-32 -14V14L32 34V-34z" },
  motor: { body: "M-20 0a20 20 0 1 1 40 0a20 20 0 1 1 -40 0", letter: "M" },
  generator: { body: "M-24 0a24 24 0 1 1 48 0a24 24 0 1 1 -48 0", letter: "G" },
  analyser: { body: "M-26 -15H26V15H-26z", letter: "A" },
  heater: { body: "M-26 -17H26V17H-26z", lines: "M-20 9 -12 -9 -4 9 4 -9 12 9 20 -9" },
  flame: { body: "M0 20C-17 20 -15 2 -4 -8 -3 -1 2 0 2 -20 16 -4 17 20 0 20z" },
  coil: { body: "", lines: "M-36 0h8q6 -22 12 0t12 0 12 0 12 0 12 0h8" },
  probe: { body: "M-4 -26H4V18L0 26 -4 18z" },
  funnel: { body: "M-26 -16H26L6 14V24H-6V14z" },
  crystals: {
    body: "M-40 4l8 -12 8 12 -8 12zM-6 -16l10 -14 10 14 -10 14zM8 22l8 -11 8 11 -8 11zM30 -2l8 -12 8 12 -8 12zM-24 34l7 -10 7 10 -7 10z",
  },
  bubbles: {
    body: "M-40 10a5 5 0 1 1 .1 0zM-14 -10a7 7 0 1 1 .1 0zM10 14a5 5 0 1 1 .1 0zM30 -14a6 6 0 1 1 .1 0zM42 12a4 4 0 1 1 .1 0z",
  },
  lamp: {
    body: "M-13 0a13 13 0 1 1 26 0a13 13 0 1 1 -26 0",
    lines: "M-9 -9 9 9M9 -9 -9 9",
  },
} as const satisfies Readonly<Record<string, Outline>>;

export type SymbolName = keyof typeof SYMBOLS;

interface SymbolProps extends Place {
  readonly name: SymbolName;
  readonly mirrored?: boolean;
}

export function EquipmentSymbol({ x, y, name, mirrored = false }: SymbolProps) {
  const { body, lines, letter }: Outline = SYMBOLS[name];
  return (
    <g transform={`translate(${x} ${y})`} className="equipment">
      <g transform={mirrored ? "scale(-1 1)" : undefined}>
        {body && <path d={body} className="body" />}
        {lines && <path d={lines} />}
      </g>
      {letter && (
        <text y="5" textAnchor="middle" className="symbol-letter">
          {letter}
        </text>
      )}
    </g>
  );
}
