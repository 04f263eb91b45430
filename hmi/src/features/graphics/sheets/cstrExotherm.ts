/** The jacketed exothermic reactor: feed, cooling jacket, product. */
import { type Graphic, kitOf } from "../kit";

const k = kitOf<"cstr-exotherm">();

export const cstrExotherm: Graphic = {
  model: "cstr-exotherm",
  label: "Jacketed stirred reactor with an exothermic reaction",
  pens: ["reactor_temperature", "reactant_concentration", "coolant_temperature", "conversion"],
  items: [
    k.stream(60, 152, "Feed of A"),
    k.pipe("24,132 362,132"),
    k.signal("44,90 44,132"),
    k.signal("44,186 44,132"),
    k.signal("210,90 210,132"),
    k.utility("24,402 386,402"),
    k.stream(24, 422, "Coolant"),
    k.signal("44,346 44,360 270,360 270,376"),
    k.utility("552,190 570,190 570,300 600,300"),
    k.stream(606, 305, "Coolant out"),
    k.line("450,372 450,436"),
    k.pipe("450,436 984,436"),
    k.stream(984, 426, "Product", "end"),
    k.signal("538,118 610,118 610,90 622,90"),
    k.signal("648,390 648,436"),
    k.signal("828,390 828,436"),
    k.vessel(450, 72, 176, 300, { agitator: true, jacket: true }),
    k.name(378, 150, "R-101", "start"),
    k.valve(300, 132, "feed_flow"),
    k.valve(270, 402, "coolant_temperature"),
    k.gauge(44, 60, "feed_flow", "Feed flow"),
    k.gauge(210, 60, "feed_concentration", "A in the feed"),
    k.gauge(44, 216, "feed_temperature", "Feed temperature"),
    k.gauge(44, 316, "coolant_temperature", "Coolant temperature"),
    k.gauge(640, 90, "reactor_temperature", "Reactor temperature", { trend: true }),
    k.gauge(648, 370, "reactant_concentration", "Reactant A"),
    k.gauge(828, 370, "conversion", "Conversion", { computed: true }),
  ],
};
