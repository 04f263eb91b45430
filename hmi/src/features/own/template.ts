/** A small model to begin with, as text: two inputs, one output, one loop. */
export const TEMPLATE = `id: my-heater
name: My heater
description: A heated tank with a lag and a dead time.
time_unit: min
tags:
  - {name: heating, role: input, unit: "%", low: 0, high: 100, nominal: 40, description: Heating power}
  - {name: inflow_temperature, role: disturbance, unit: "°C", low: 0, high: 40, nominal: 15,
     description: Temperature of the inflow}
  - {name: temperature, role: output, unit: "°C", low: 0, high: 120, nominal: 55, label: TI_1, digits: 1,
     description: Temperature of the tank, limits: {high: 70, high_high: 80}}
transfer_functions:
  - {from: heating, to: temperature, gain: 0.8, time_constants: 8, dead_time: 1.5}
  - {from: inflow_temperature, to: temperature, gain: 1, time_constants: 8}
loops:
  - {controlled: temperature, manipulated: heating, gain: 2, integral_time: 480}
`;
