/** The Williams-Otto reactor: two feeds, a stirred reactor, six components and the profit. */
import { type Graphic, kitOf } from "../kit";

const k = kitOf<"williams-otto">();

export const williamsOtto: Graphic = {
  model: "williams-otto",
  label: "Stirred reactor with feeds of A and B, the composition of its product and the profit",
  pens: ["profit", "fraction_p", "fraction_g", "reactor_temperature"],
  items: [
    k.stream(24, 110, "A"),
    k.pipe("24,120 344,120"),
    k.signal("44,68 44,120"),
    k.stream(24, 190, "B"),
    k.pipe("24,200 344,200"),
    k.valve(260, 200, "feed_b_flow"),
    k.signal("44,248 44,216 250,216"),
    k.utility("200,392 366,392"),
    k.valve(270, 392, "temperature_target"),
    k.stream(204, 410, "Cooling"),
    k.signal("44,350 44,338 270,338 270,366"),
    k.line("432,372 432,430"),
    k.pipe("432,430 984,430"),
    k.stream(984, 450, "Product", "end"),
    k.signal("520,130 560,130 560,60 584,60"),
    k.signal("602,376 602,430"),
    k.vessel(432, 72, 176, 300, { agitator: true, jacket: true }),
    k.name(362, 112, "R-101", "start"),
    k.gauge(44, 50, "feed_a_flow", "Feed of A"),
    k.gauge(44, 266, "feed_b_flow", "Feed of B"),
    k.gauge(44, 368, "temperature_target", "Wanted temperature"),
    k.gauge(602, 60, "reactor_temperature", "Reactor temperature", { trend: true }),
    k.gauge(602, 206, "profit", "Profit", { computed: true, trend: true }),
    k.gauge(602, 358, "product_flow", "Product"),
    k.block(778, 24, 214, 384),
    k.gauge(810, 62, "fraction_a", "A"),
    k.gauge(810, 125, "fraction_b", "B"),
    k.gauge(810, 188, "fraction_c", "C, between"),
    k.gauge(810, 251, "fraction_p", "P, wanted"),
    k.gauge(810, 314, "fraction_e", "E, by-product"),
    k.gauge(810, 374, "fraction_g", "G, waste"),
  ],
};
