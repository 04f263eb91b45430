/** The sheet that process graphics are drawn on: 1000 x 460 units that scale to the space there is. */
import type { ReactNode } from "react";

export const SHEET = { width: 1000, height: 460 } as const;

export function ProcessCanvas({ label, children }: { label: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: an SVG group of instruments, not a form
    <svg className="sheet" viewBox={`0 0 ${SHEET.width} ${SHEET.height}`} role="group" aria-label={label}>
      {children}
    </svg>
  );
}
