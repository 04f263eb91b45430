/** The semi-batch polymerisation reactor: dosed feed, jacket, external heat exchanger. */
import { type Graphic, kitOf } from "../kit";

const k = kitOf<"poly-semibatch">();

export const polySemibatch: Graphic = {
  model: "poly-semibatch",
  label: "Semi-batch reactor with jacket and an external heat exchanger in its circulation",
  size: { width: 1000, height: 490 },
  pens: ["reactor_temperature", "adiabatic_temperature", "reactor_feed", "polymer_mass"],
  items: [
    k.stream(24, 94, "Monomer, water"),
    k.pipe("24,104 351,104"),
    k.valve(290, 104, "feed_flow"),
    k.signal("44,126 44,104"),
    k.utility("24,436 350,436 350,330"),
    k.stream(24, 456, "Jacket water"),
    k.valve(250, 436, "jacket_inlet"),
    k.line("440,330 440,420 640,420 640,366"),
    k.pump(540, 420, "", "right"),
    k.pipe("640,314 640,262 543,262"),
    k.utility("800,340 678,340"),
    k.stream(800, 330, "Water", "end"),
    k.vessel(440, 80, 170, 250, { agitator: true, jacket: true }),
    k.name(372, 132, "R-301", "start"),
    k.exchanger(640, 340),
    k.name(604, 366, "E-301", "end"),
    k.signal("525,110 560,110 560,50 602,50"),
    k.signal("539,196 560,196 560,176 602,176"),
    k.gauge(44, 50, "feed_flow", "Feed, wanted"),
    k.gauge(212, 50, "phase", "Recipe"),
    k.gauge(44, 152, "reactor_feed", "Feed"),
    k.gauge(44, 222, "accumulated_feed", "Fed so far"),
    k.gauge(44, 292, "cooling_demand", "Cooling demand"),
    k.gauge(44, 362, "jacket_inlet", "Jacket water, wanted"),
    k.rows(186, 366, 166, "", [["jacket_inlet_temperature", "Water in"]]),
    k.gauge(620, 50, "reactor_temperature", "Reactor temperature", { trend: true }),
    k.gauge(824, 50, "adiabatic_temperature", "If cooling fails", { computed: true, trend: true }),
    k.gauge(620, 176, "steel_temperature", "Steel"),
    k.gauge(824, 176, "jacket_temperature", "Jacket"),
    k.rows(690, 240, 300, "External heat exchanger", [
      ["exchanger_temperature", "Contents"],
      ["exchanger_inlet_temperature", "Water in"],
      ["exchanger_coolant_temperature", "Water out"],
    ]),
    k.gauge(824, 350, "exchanger_inlet", "Water, wanted"),
    k.rows(690, 402, 300, "In the reactor", [
      ["water_mass", "Water"],
      ["monomer_mass", "Monomer"],
      ["polymer_mass", "Polymer"],
      ["conversion", "Conversion"],
    ]),
  ],
};
