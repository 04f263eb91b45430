/** The sheet that process graphics are drawn on; it scales to the space there is. */
import type { ReactNode } from "react";

export const SHEET: SheetSize = { width: 1000, height: 460 };

export interface SheetSize {
  readonly width: number;
  readonly height: number;
}

interface ProcessCanvasProps {
  readonly label: string;
  readonly size?: SheetSize;
  readonly children: ReactNode;
}

export function ProcessCanvas({ label, size = SHEET, children }: ProcessCanvasProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: an SVG group of instruments, not a form
    <svg className="sheet" viewBox={`0 0 ${size.width} ${size.height}`} role="group" aria-label={label}>
      {children}
    </svg>
  );
}
