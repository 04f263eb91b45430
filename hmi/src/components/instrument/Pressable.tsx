/** A part of the sheet that opens a tag's faceplate by mouse and keyboard, and is the tag's home or a repetition. */
import type { ReactNode } from "react";
import { usePlant } from "../../tags/plant";
import type { TagView } from "../../tags/useTag";

interface PressableProps {
  readonly view: TagView;
  readonly label: string;
  readonly x?: number;
  readonly y?: number;
  readonly children: ReactNode;
}

/** What may be written has its home in a panel, all else where it is drawn. */
export function Pressable({ view, label, x = 0, y = 0, children }: PressableProps) {
  const { openFaceplate } = usePlant();
  const { tag, spec } = view;
  return (
    // biome-ignore lint/a11y/useSemanticElements: there is no button element in SVG
    <g
      transform={`translate(${x} ${y})`}
      className="instrument"
      role="button"
      tabIndex={0}
      aria-label={label}
      {...(spec.writable ? { "data-repeat": tag } : { "data-tag": tag })}
      onClick={() => openFaceplate(tag)}
      onKeyDown={(event) => {
        if (event.key === "Enter" || event.key === " ") {
          event.preventDefault();
          openFaceplate(tag);
        }
      }}
    >
      {children}
    </g>
  );
}
