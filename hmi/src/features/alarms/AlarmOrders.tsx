/** The orders that fit an alarm's state: acknowledge, confirm, shelve, comment. */
import { useState } from "react";
import type { Alarm } from "../../lib/schemas";
import { useRefusal } from "../access/rights";
import { type Order, useOrder } from "./useAlarms";

const SHELVES: readonly [title: string, seconds: number | null][] = [
  ["10 min", 600],
  ["1 h", 3600],
  ["8 h", 28_800],
  ["until normal", null],
];

export function AlarmOrders({ alarm }: { alarm: Alarm }) {
  const [comment, setComment] = useState<string | null>(null);
  const { mutate, isPending, error } = useOrder();
  const denied = useRefusal("operate");
  const give = (order: Order) => mutate({ alarm, order });
  const seen = alarm.event_id ? { event_id: alarm.event_id } : {};
  const name = alarm.alarm.replaceAll("_", " ");
  const button = (title: string, order: Order, shown: boolean) =>
    shown && (
      <button
        type="button"
        className={order.name === "acknowledge" ? "command strong" : "command quiet"}
        disabled={isPending || denied !== null}
        title={denied ?? undefined}
        onClick={() => give(order)}
        aria-label={`${title} ${name}`}
      >
        {title}
      </button>
    );
  return (
    <span className="alarm-orders">
      {button("Acknowledge", { name: "acknowledge", ...seen }, !alarm.acknowledged)}
      {button("Confirm", { name: "confirm", ...seen }, alarm.acknowledged && !alarm.confirmed)}
      {button("Unshelve", { name: "unshelve" }, alarm.shelving !== "unshelved")}
      {button("Back in service", { name: "enable" }, !alarm.enabled)}
      {alarm.shelving === "unshelved" && alarm.enabled && (
        <Shelve
          name={name}
          disabled={isPending || denied !== null}
          shelve={(seconds) => give(shelving(seconds))}
        />
      )}
      {comment === null ? (
        <button
          type="button"
          className="command quiet"
          disabled={denied !== null}
          onClick={() => setComment(alarm.comment)}
          aria-label={`Comment ${name}`}
        >
          Comment
        </button>
      ) : (
        <form
          className="alarm-comment-form"
          onSubmit={(event) => {
            event.preventDefault();
            give({ name: "comment", comment });
            setComment(null);
          }}
        >
          <input
            aria-label={`Comment on ${name}`}
            value={comment}
            maxLength={1000}
            onChange={(event) => setComment(event.target.value)}
            onKeyDown={(event) => event.key === "Escape" && setComment(null)}
          />
          <button type="submit" className="command">
            Save
          </button>
        </form>
      )}
      {error && (
        <span className="write-note refused" role="alert">
          {error.message}
        </span>
      )}
    </span>
  );
}

function shelving(seconds: number | null): Order {
  return { name: "shelve", ...(seconds === null ? {} : { seconds }) };
}

interface ShelveProps {
  readonly name: string;
  readonly disabled: boolean;
  readonly shelve: (seconds: number | null) => void;
}

function Shelve({ name, disabled, shelve }: ShelveProps) {
  return (
    <select
      aria-label={`Shelve ${name}`}
      value=""
      disabled={disabled}
      onChange={(event) => shelve(SHELVES[Number(event.target.value)]?.[1] ?? null)}
    >
      <option value="">Shelve …</option>
      {SHELVES.map(([title], index) => (
        <option key={title} value={index}>
          {title}
        </option>
      ))}
    </select>
  );
}
