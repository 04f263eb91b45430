/** The pens of a trend: Okabe-Ito hues, each with a dash of its own, so that colour is never alone. */
export interface Pen {
  readonly light: string;
  readonly dark: string;
  readonly dash: number[];
}

export const PENS: readonly Pen[] = [
  { light: "#0060a0", dark: "#56b4e9", dash: [] },
  { light: "#a84300", dark: "#ee8a3c", dash: [7, 3] },
  { light: "#00694d", dark: "#2fc79a", dash: [2, 3] },
  { light: "#8a3f6d", dark: "#d99abf", dash: [10, 3, 2, 3] },
  { light: "#6b5d00", dark: "#f0e442", dash: [4, 4] },
  { light: "#26323c", dark: "#e6e9ec", dash: [12, 4] },
];

export function pen(index: number): Pen {
  return PENS[index % PENS.length] as Pen;
}
