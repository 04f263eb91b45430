/** Patterns and arrow heads that every sheet refers to; drawn once, invisible by itself. */
export function SheetPatterns() {
  return (
    <svg width="0" height="0" aria-hidden="true" className="patterns">
      <defs>
        <pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect width="2" height="6" className="hatch-line" />
        </pattern>
        <marker
          id="flow"
          viewBox="0 0 10 10"
          refX="9"
          refY="5"
          markerWidth="11"
          markerHeight="11"
          orient="auto"
          markerUnits="userSpaceOnUse"
        >
          <path d="M0 0 10 5 0 10z" className="pipe-head" />
        </marker>
      </defs>
    </svg>
  );
}
