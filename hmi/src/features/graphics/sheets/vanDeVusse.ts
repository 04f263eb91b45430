/** The van de Vusse reactor: a jacketed stirred vessel whose jacket takes heat away. */
import { type Graphic, kitOf } from "../kit";

const k = kitOf<"van-de-vusse">();

export const vanDeVusse: Graphic = {
  model: "van-de-vusse",
  label: "Stirred reactor with cooling jacket, feed of A and product B",
  pens: ["product_concentration", "reactor_temperature", "dilution_rate", "jacket_heat"],
  items: [
    k.stream(24, 152, "Feed of A"),
    k.pipe("24,132 362,132"),
    k.signal("44,90 44,132"),
    k.signal("210,90 210,132"),
    k.signal("44,206 44,180 300,180 300,142"),
    k.utility("24,402 386,402"),
    k.stream(24, 422, "Cooling"),
    k.signal("44,346 44,360 270,360 270,376"),
    k.line("450,372 450,436"),
    k.pipe("450,436 984,436"),
    k.stream(984, 426, "Product B", "end"),
    k.signal("538,118 600,118 600,60 622,60"),
    k.signal("552,250 580,250 580,230 622,230"),
    k.signal("640,366 640,436"),
    k.signal("820,366 820,436"),
    k.vessel(450, 72, 176, 300, { agitator: true, jacket: true }),
    k.name(378, 150, "R-101", "start"),
    k.valve(300, 132, "dilution_rate"),
    k.valve(270, 402, "jacket_heat"),
    k.gauge(44, 60, "feed_temperature", "Feed temperature"),
    k.gauge(210, 60, "feed_concentration", "A in the feed"),
    k.gauge(44, 226, "dilution_rate", "Feed per volume"),
    k.gauge(44, 316, "jacket_heat", "Jacket heat"),
    k.gauge(640, 60, "reactor_temperature", "Reactor temperature", { trend: true }),
    k.gauge(640, 230, "jacket_temperature", "Jacket temperature"),
    k.gauge(640, 346, "reactant_concentration", "Reactant A"),
    k.gauge(820, 346, "product_concentration", "Product B"),
    k.block(800, 26, 192, 160),
    k.gauge(826, 74, "yield", "Yield", { computed: true }),
    k.gauge(826, 144, "production", "Production of B", { computed: true }),
  ],
};
