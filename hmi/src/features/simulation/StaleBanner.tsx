/** Says, within three seconds, that what is on the page is no longer fresh, and how old it is. */
import { useLive } from "../../tags/useLive";
import { lateSeconds } from "../../tags/useTag";

const AWAY = "No connection to the engine, trying again.";
const REASONS = {
  open: "The engine is silent.",
  connecting: AWAY,
  closed: AWAY,
  held: "The session is over.",
} as const;

export function StaleBanner({ simId }: { simId: string }) {
  const stale = useLive((state) => state.stale);
  const silence = useLive((state) => state.silence);
  const link = useLive((state) => state.link);
  const late = useLive((state) => lateSeconds(state, simId));
  if (!stale && late === null) return null;
  const why = stale ? REASONS[link] : "The simulation sends no new samples.";
  return (
    <div className="stale-banner" role="alert" data-stale>
      <span aria-hidden="true" className="stale-sign">
        ?
      </span>
      <b>STALE DATA</b>
      <span>{why}</span>
      <span aria-hidden="true">Values are {stale ? silence : late} s old.</span>
    </div>
  );
}
