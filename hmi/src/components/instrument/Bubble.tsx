/** An instrument bubble after ISA-5.1: letters above, loop below; a hexagon for what is computed. */
interface BubbleProps {
  /** The label of the tag, such as `AI_XD`. */
  readonly label: string;
  readonly computed?: boolean;
}

/** Letters of a loop that fit without being squeezed. */
const FITS = 5;

export function Bubble({ label, computed = false }: BubbleProps) {
  const [letters = "", loop = ""] = label.slice(0, 11).split("_");
  return (
    <g className="bubble">
      {computed ? <path d="M-19 0 -10 -17H10L19 0 10 17H-10z" /> : <circle r="18" />}
      <path d={computed ? "M-19 0H19" : "M-18 0H18"} />
      <text y="-4" textAnchor="middle">
        {letters}
      </text>
      <text
        y="12"
        textAnchor="middle"
        className={loop.length > 3 ? "long" : ""}
        {...(loop.length > FITS ? { textLength: 33, lengthAdjust: "spacingAndGlyphs" as const } : {})}
      >
        {loop}
      </text>
    </g>
  );
}
