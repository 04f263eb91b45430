/** The batch cooling crystalliser: a jacketed stirred vessel with growing crystals. */
import { type Graphic, kitOf } from "../kit";

const k = kitOf<"cryst-batch">();

export const crystBatch: Graphic = {
  model: "cryst-batch",
  label: "Jacketed stirred vessel in which crystals grow while it cools",
  pens: ["temperature", "supersaturation", "mean_size", "coefficient_of_variation"],
  items: [
    k.utility("24,410 366,410"),
    k.stream(24, 430, "Coolant"),
    k.valve(290, 410, "jacket_temperature"),
    k.signal("44,358 44,374 290,374"),
    k.utility("544,190 566,190 566,300 590,300"),
    k.vessel(430, 72, 200, 300, { agitator: true, jacket: true }),
    k.symbol("crystals", 382, 250),
    k.symbol("crystals", 478, 230),
    k.name(346, 140, "K-401", "start"),
    k.line("430,372 430,440"),
    k.pipe("430,440 984,440"),
    k.stream(984, 430, "Slurry at the end", "end"),
    k.signal("530,110 570,110 570,60 602,60"),
    k.gauge(44, 70, "batch_time", "Time of the batch"),
    k.rows(20, 150, 240, "Moments of the sizes", [
      ["moment_0", "0: number"],
      ["moment_1", "1: length"],
      ["moment_2", "2: area"],
      ["moment_3", "3: volume"],
    ]),
    k.gauge(44, 328, "jacket_temperature", "Jacket, wanted"),
    k.gauge(620, 60, "temperature", "Temperature", { trend: true }),
    k.gauge(620, 186, "supersaturation", "Supersaturation", { trend: true }),
    k.gauge(620, 312, "mean_size", "Mean size", { trend: true }),
    k.gauge(824, 60, "concentration", "Dissolved"),
    k.gauge(824, 130, "solubility", "Solubility"),
    k.gauge(824, 200, "crystals", "Crystals"),
    k.gauge(824, 270, "coefficient_of_variation", "Spread of the sizes"),
    k.gauge(824, 346, "final_coefficient_of_variation", "Spread at the end"),
  ],
};
