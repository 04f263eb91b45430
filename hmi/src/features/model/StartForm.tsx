/** Starts a simulation of a model: name, duration and speed. */
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useNavigate } from "react-router";
import { refreshRecords } from "../../lib/queries";
import { post } from "../../lib/rest";
import type { Simulation, Speed, StartOptions } from "../../lib/schemas";
import type { ModelId } from "../../tags/model";
import { parseEntry } from "../controls/parseEntry";
import { SpeedChoice } from "../simulation/SpeedChoice";

const HOUR = 3600;

export function useStart(model: ModelId) {
  const navigate = useNavigate();
  return useMutation({
    mutationFn: (options: StartOptions) => post<Simulation>(`api/models/${model}/start`, options),
    onSuccess: (simulation) => {
      refreshRecords();
      void navigate(`/sims/${simulation.sim_id}`);
    },
  });
}

export function StartForm({ model }: { model: ModelId }) {
  const [name, setName] = useState("");
  const [hours, setHours] = useState("24");
  const [speed, setSpeed] = useState<Speed>(1);
  const { mutate, error, isPending } = useStart(model);
  const duration = parseEntry(hours);
  const valid = duration !== null && duration > 0;
  return (
    <form
      className="start-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (valid)
          mutate({ duration: duration * HOUR, speed, ...(name.trim() ? { name: name.trim() } : {}) });
      }}
    >
      <label>
        Name
        <input
          value={name}
          maxLength={100}
          placeholder="optional"
          onChange={(event) => setName(event.target.value)}
        />
      </label>
      <label>
        Duration, simulated hours
        <input
          value={hours}
          inputMode="decimal"
          aria-invalid={!valid}
          onChange={(event) => setHours(event.target.value)}
        />
      </label>
      <label htmlFor="start-speed">
        Speed
        <SpeedChoice id="start-speed" speed={speed} change={setSpeed} />
      </label>
      <button type="submit" className="command strong" disabled={!valid || isPending}>
        {isPending ? "Starting …" : "Start simulation"}
      </button>
      {!valid && (
        <p className="write-note refused" role="alert">
          The duration must be a number of hours greater than 0.
        </p>
      )}
      {error && (
        <p className="write-note refused" role="alert">
          {error.message}
        </p>
      )}
    </form>
  );
}
