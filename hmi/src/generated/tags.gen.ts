// Generated from the declarations in plant/ by `make contracts`; do not edit.
export const MODELS = {
  "wood-berry": {
    "id": "wood-berry",
    "name": "Wood-Berry distillation column",
    "description": "A pilot column distils methanol from water: two interacting loops with dead time.",
    "tags": {
      "reflux_flow": {
        "role": "input",
        "unit": "lb/min",
        "low": 0,
        "high": 4,
        "nominal": 1.95,
        "description": "Reflux returned to the top of the column",
        "label": "FIC_R",
        "digits": 3,
        "writable": true,
        "limits": {},
        "states": []
      },
      "steam_flow": {
        "role": "input",
        "unit": "lb/min",
        "low": 0,
        "high": 4,
        "nominal": 1.71,
        "description": "Steam to the reboiler",
        "label": "FIC_S",
        "digits": 3,
        "writable": true,
        "limits": {
          "high_high": 2.8
        },
        "states": []
      },
      "feed_flow": {
        "role": "disturbance",
        "unit": "lb/min",
        "low": 0,
        "high": 5,
        "nominal": 2.45,
        "description": "Feed to the column",
        "label": "FI_F",
        "digits": 3,
        "writable": true,
        "limits": {},
        "states": []
      },
      "distillate_feed_dead_time": {
        "role": "parameter",
        "unit": "s",
        "low": 0,
        "high": 600.0,
        "nominal": 486.0,
        "description": "Dead time from the feed to the distillate",
        "label": "",
        "digits": 1,
        "writable": true,
        "limits": {},
        "states": []
      },
      "bottoms_feed_dead_time": {
        "role": "parameter",
        "unit": "s",
        "low": 0,
        "high": 600.0,
        "nominal": 204.0,
        "description": "Dead time from the feed to the bottoms",
        "label": "",
        "digits": 1,
        "writable": true,
        "limits": {},
        "states": []
      },
      "distillate_methanol": {
        "role": "output",
        "unit": "%",
        "low": 0,
        "high": 100,
        "nominal": 96.25,
        "description": "Methanol in the distillate, as analysed",
        "label": "AI_XD",
        "digits": 3,
        "writable": false,
        "limits": {
          "low": 95.5,
          "low_low": 94.0
        },
        "states": []
      },
      "bottoms_methanol": {
        "role": "output",
        "unit": "%",
        "low": 0,
        "high": 100,
        "nominal": 0.5,
        "description": "Methanol in the bottoms, as analysed",
        "label": "AI_XB",
        "digits": 3,
        "writable": false,
        "limits": {
          "high_high": 2.0,
          "high": 1.0
        },
        "states": []
      },
      "distillate_methanol_unclipped": {
        "role": "state",
        "unit": "%",
        "low": -200,
        "high": 300,
        "nominal": 96.25,
        "description": "Methanol in the distillate by the linear model, which may leave 0..100 %",
        "label": "",
        "digits": 3,
        "writable": false,
        "limits": {},
        "states": []
      },
      "bottoms_methanol_unclipped": {
        "role": "state",
        "unit": "%",
        "low": -200,
        "high": 300,
        "nominal": 0.5,
        "description": "Methanol in the bottoms by the linear model, which may leave 0..100 %",
        "label": "",
        "digits": 3,
        "writable": false,
        "limits": {},
        "states": []
      },
      "distillate_methanol_setpoint": {
        "role": "input",
        "unit": "%",
        "low": 0,
        "high": 100,
        "nominal": 96.25,
        "description": "Setpoint of the loop distillate_methanol by reflux_flow",
        "label": "AIC_XD SP",
        "digits": 3,
        "writable": true,
        "limits": {},
        "states": []
      },
      "distillate_methanol_mode": {
        "role": "input",
        "unit": "",
        "low": 0,
        "high": 1,
        "nominal": 0,
        "description": "Mode of the loop distillate_methanol by reflux_flow",
        "label": "AIC_XD MODE",
        "digits": 0,
        "writable": true,
        "limits": {},
        "states": [
          "manual",
          "auto"
        ]
      },
      "distillate_methanol_gain": {
        "role": "parameter",
        "unit": "",
        "low": -7.5,
        "high": 7.5,
        "nominal": 0.375,
        "description": "Gain of the loop distillate_methanol: reflux_flow per unit of distillate_methanol",
        "label": "AIC_XD KC",
        "digits": 4,
        "writable": true,
        "limits": {},
        "states": []
      },
      "distillate_methanol_integral_time": {
        "role": "parameter",
        "unit": "s",
        "low": 0.4974,
        "high": 497400.0,
        "nominal": 497.4,
        "description": "Integral time of the loop distillate_methanol",
        "label": "AIC_XD TI",
        "digits": 1,
        "writable": true,
        "limits": {},
        "states": []
      },
      "distillate_methanol_derivative_time": {
        "role": "parameter",
        "unit": "s",
        "low": 0,
        "high": 4974.0,
        "nominal": 0.0,
        "description": "Derivative time of the loop distillate_methanol (on the measurement)",
        "label": "AIC_XD TD",
        "digits": 1,
        "writable": true,
        "limits": {},
        "states": []
      },
      "bottoms_methanol_setpoint": {
        "role": "input",
        "unit": "%",
        "low": 0,
        "high": 100,
        "nominal": 0.5,
        "description": "Setpoint of the loop bottoms_methanol by steam_flow",
        "label": "AIC_XB SP",
        "digits": 3,
        "writable": true,
        "limits": {},
        "states": []
      },
      "bottoms_methanol_mode": {
        "role": "input",
        "unit": "",
        "low": 0,
        "high": 1,
        "nominal": 0,
        "description": "Mode of the loop bottoms_methanol by steam_flow",
        "label": "AIC_XB MODE",
        "digits": 0,
        "writable": true,
        "limits": {},
        "states": [
          "manual",
          "auto"
        ]
      },
      "bottoms_methanol_gain": {
        "role": "parameter",
        "unit": "",
        "low": -1.5,
        "high": 1.5,
        "nominal": -0.075,
        "description": "Gain of the loop bottoms_methanol: steam_flow per unit of bottoms_methanol",
        "label": "AIC_XB KC",
        "digits": 4,
        "writable": true,
        "limits": {},
        "states": []
      },
      "bottoms_methanol_integral_time": {
        "role": "parameter",
        "unit": "s",
        "low": 1.416,
        "high": 1416000.0,
        "nominal": 1416.0,
        "description": "Integral time of the loop bottoms_methanol",
        "label": "AIC_XB TI",
        "digits": 1,
        "writable": true,
        "limits": {},
        "states": []
      },
      "bottoms_methanol_derivative_time": {
        "role": "parameter",
        "unit": "s",
        "low": 0,
        "high": 14160.0,
        "nominal": 0.0,
        "description": "Derivative time of the loop bottoms_methanol (on the measurement)",
        "label": "AIC_XB TD",
        "digits": 1,
        "writable": true,
        "limits": {},
        "states": []
      }
    },
    "loops": [
      {
        "controlled": "distillate_methanol",
        "manipulated": "reflux_flow"
      },
      {
        "controlled": "bottoms_methanol",
        "manipulated": "steam_flow"
      }
    ]
  },
  "ethylene-oxidation": {
    "id": "ethylene-oxidation",
    "name": "Ethylene oxidation reactor",
    "description": "A stirred gas reactor makes ethylene oxide: nonlinear, fast heat, slow composition.",
    "tags": {
      "feed_flow": {
        "role": "input",
        "unit": "",
        "low": 0.07,
        "high": 0.7042,
        "nominal": 0.35,
        "description": "Feed flow",
        "label": "FIC_Q",
        "digits": 4,
        "writable": true,
        "limits": {},
        "states": []
      },
      "feed_ethylene": {
        "role": "input",
        "unit": "",
        "low": 0.2465,
        "high": 2.4648,
        "nominal": 0.5,
        "description": "Ethylene in the feed",
        "label": "AIC_CEIN",
        "digits": 4,
        "writable": true,
        "limits": {},
        "states": []
      },
      "coolant_temperature": {
        "role": "input",
        "unit": "",
        "low": 0.6,
        "high": 1.2,
        "nominal": 1.0,
        "description": "Temperature of the coolant",
        "label": "TIC_TC",
        "digits": 4,
        "writable": true,
        "limits": {},
        "states": []
      },
      "gas_density": {
        "role": "output",
        "unit": "",
        "low": 0,
        "high": 2,
        "nominal": 0.99803785,
        "description": "Density of the gas in the reactor",
        "label": "DI_RHO",
        "digits": 4,
        "writable": false,
        "limits": {
          "low": 0.85
        },
        "states": []
      },
      "ethylene": {
        "role": "output",
        "unit": "",
        "low": 0,
        "high": 5,
        "nominal": 0.42352724,
        "description": "Ethylene in the reactor",
        "label": "AI_C2H4",
        "digits": 4,
        "writable": false,
        "limits": {},
        "states": []
      },
      "ethylene_oxide": {
        "role": "output",
        "unit": "",
        "low": 0,
        "high": 0.3,
        "nominal": 0.03199196,
        "description": "Ethylene oxide in the reactor",
        "label": "AI_EO",
        "digits": 5,
        "writable": false,
        "limits": {
          "low": 0.02
        },
        "states": []
      },
      "reactor_temperature": {
        "role": "output",
        "unit": "",
        "low": 0.5,
        "high": 1.5,
        "nominal": 1.00196601,
        "description": "Temperature in the reactor",
        "label": "TI_R",
        "digits": 4,
        "writable": false,
        "limits": {
          "high_high": 1.12,
          "high": 1.06
        },
        "states": []
      },
      "yield": {
        "role": "output",
        "unit": "",
        "low": 0,
        "high": 0.2,
        "nominal": 0.06410971302655921,
        "description": "Ethylene oxide leaving per ethylene fed",
        "label": "YI_EO",
        "digits": 4,
        "writable": false,
        "limits": {},
        "states": []
      },
      "production": {
        "role": "output",
        "unit": "",
        "low": 0,
        "high": 0.1,
        "nominal": 0.011219199779647861,
        "description": "Ethylene oxide leaving",
        "label": "FI_EO",
        "digits": 5,
        "writable": false,
        "limits": {},
        "states": []
      },
      "conversion": {
        "role": "output",
        "unit": "%",
        "low": 0,
        "high": 100,
        "nominal": 15.12802024217751,
        "description": "Part of the fed ethylene that reacts",
        "label": "XI_CONV",
        "digits": 2,
        "writable": false,
        "limits": {},
        "states": []
      },
      "selectivity": {
        "role": "output",
        "unit": "%",
        "low": 0,
        "high": 100,
        "nominal": 42.37812483078178,
        "description": "Part of the reacted ethylene that leaves as ethylene oxide",
        "label": "XI_SEL",
        "digits": 2,
        "writable": false,
        "limits": {},
        "states": []
      },
      "reactor_temperature_setpoint": {
        "role": "input",
        "unit": "",
        "low": 0.5,
        "high": 1.5,
        "nominal": 1.00196601,
        "description": "Setpoint of the loop reactor_temperature by coolant_temperature",
        "label": "TIC_R SP",
        "digits": 4,
        "writable": true,
        "limits": {},
        "states": []
      },
      "reactor_temperature_mode": {
        "role": "input",
        "unit": "",
        "low": 0,
        "high": 1,
        "nominal": 0,
        "description": "Mode of the loop reactor_temperature by coolant_temperature",
        "label": "TIC_R MODE",
        "digits": 0,
        "writable": true,
        "limits": {},
        "states": [
          "manual",
          "auto"
        ]
      },
      "reactor_temperature_gain": {
        "role": "parameter",
        "unit": "",
        "low": -40.0,
        "high": 40.0,
        "nominal": 2.0,
        "description": "Gain of the loop reactor_temperature: coolant_temperature per unit of reactor_temperature",
        "label": "TIC_R KC",
        "digits": 4,
        "writable": true,
        "limits": {},
        "states": []
      },
      "reactor_temperature_integral_time": {
        "role": "parameter",
        "unit": "s",
        "low": 0.01,
        "high": 10000.0,
        "nominal": 10.0,
        "description": "Integral time of the loop reactor_temperature",
        "label": "TIC_R TI",
        "digits": 1,
        "writable": true,
        "limits": {},
        "states": []
      },
      "reactor_temperature_derivative_time": {
        "role": "parameter",
        "unit": "s",
        "low": 0,
        "high": 100.0,
        "nominal": 0.0,
        "description": "Derivative time of the loop reactor_temperature (on the measurement)",
        "label": "TIC_R TD",
        "digits": 1,
        "writable": true,
        "limits": {},
        "states": []
      },
      "ethylene_oxide_setpoint": {
        "role": "input",
        "unit": "",
        "low": 0,
        "high": 0.3,
        "nominal": 0.03199196,
        "description": "Setpoint of the loop ethylene_oxide by feed_flow",
        "label": "AIC_EO SP",
        "digits": 5,
        "writable": true,
        "limits": {},
        "states": []
      },
      "ethylene_oxide_mode": {
        "role": "input",
        "unit": "",
        "low": 0,
        "high": 1,
        "nominal": 0,
        "description": "Mode of the loop ethylene_oxide by feed_flow",
        "label": "AIC_EO MODE",
        "digits": 0,
        "writable": true,
        "limits": {},
        "states": [
          "manual",
          "auto"
        ]
      },
      "ethylene_oxide_gain": {
        "role": "parameter",
        "unit": "",
        "low": -240.0,
        "high": 240.0,
        "nominal": -12.0,
        "description": "Gain of the loop ethylene_oxide: feed_flow per unit of ethylene_oxide",
        "label": "AIC_EO KC",
        "digits": 4,
        "writable": true,
        "limits": {},
        "states": []
      },
      "ethylene_oxide_integral_time": {
        "role": "parameter",
        "unit": "s",
        "low": 0.03,
        "high": 30000.0,
        "nominal": 30.0,
        "description": "Integral time of the loop ethylene_oxide",
        "label": "AIC_EO TI",
        "digits": 1,
        "writable": true,
        "limits": {},
        "states": []
      },
      "ethylene_oxide_derivative_time": {
        "role": "parameter",
        "unit": "s",
        "low": 0,
        "high": 300.0,
        "nominal": 0.0,
        "description": "Derivative time of the loop ethylene_oxide (on the measurement)",
        "label": "AIC_EO TD",
        "digits": 1,
        "writable": true,
        "limits": {},
        "states": []
      }
    },
    "loops": [
      {
        "controlled": "reactor_temperature",
        "manipulated": "coolant_temperature"
      },
      {
        "controlled": "ethylene_oxide",
        "manipulated": "feed_flow"
      }
    ]
  },
  "quadruple-tank": {
    "id": "quadruple-tank",
    "name": "Quadruple tank",
    "description": "Two pumps fill four tanks; two valves decide how hard the plant is to control.",
    "tags": {
      "pump_1_voltage": {
        "role": "input",
        "unit": "V",
        "low": 0,
        "high": 10,
        "nominal": 3.0,
        "description": "Voltage of pump 1",
        "label": "PUMP1",
        "digits": 2,
        "writable": true,
        "limits": {},
        "states": []
      },
      "pump_2_voltage": {
        "role": "input",
        "unit": "V",
        "low": 0,
        "high": 10,
        "nominal": 3.0,
        "description": "Voltage of pump 2",
        "label": "PUMP2",
        "digits": 2,
        "writable": true,
        "limits": {},
        "states": []
      },
      "valve_1_split": {
        "role": "parameter",
        "unit": "",
        "low": 0,
        "high": 1,
        "nominal": 0.7,
        "description": "Share of pump 1 that flows to tank 1",
        "label": "V1_SPLIT",
        "digits": 2,
        "writable": true,
        "limits": {},
        "states": []
      },
      "valve_2_split": {
        "role": "parameter",
        "unit": "",
        "low": 0,
        "high": 1,
        "nominal": 0.6,
        "description": "Share of pump 2 that flows to tank 2",
        "label": "V2_SPLIT",
        "digits": 2,
        "writable": true,
        "limits": {},
        "states": []
      },
      "level_1": {
        "role": "output",
        "unit": "cm",
        "low": 0,
        "high": 20.0,
        "nominal": 12.262967519550694,
        "description": "Level of tank 1 (lower left)",
        "label": "LI_1",
        "digits": 2,
        "writable": false,
        "limits": {
          "high_high": 19.5,
          "high": 18.0,
          "low": 2.0
        },
        "states": []
      },
      "level_2": {
        "role": "output",
        "unit": "cm",
        "low": 0,
        "high": 20.0,
        "nominal": 12.78315840300897,
        "description": "Level of tank 2 (lower right)",
        "label": "LI_2",
        "digits": 2,
        "writable": false,
        "limits": {
          "high_high": 19.5,
          "high": 18.0,
          "low": 2.0
        },
        "states": []
      },
      "level_3": {
        "role": "output",
        "unit": "cm",
        "low": 0,
        "high": 20.0,
        "nominal": 1.633941132256779,
        "description": "Level of tank 3 (upper left)",
        "label": "LI_3",
        "digits": 2,
        "writable": false,
        "limits": {
          "high_high": 19.5,
          "high": 18.0
        },
        "states": []
      },
      "level_4": {
        "role": "output",
        "unit": "cm",
        "low": 0,
        "high": 20.0,
        "nominal": 1.4090447025337365,
        "description": "Level of tank 4 (upper right)",
        "label": "LI_4",
        "digits": 2,
        "writable": false,
        "limits": {
          "high_high": 19.5,
          "high": 18.0
        },
        "states": []
      },
      "level_1_signal": {
        "role": "output",
        "unit": "V",
        "low": 0,
        "high": 10,
        "nominal": 6.131483759775347,
        "description": "Signal of the level of tank 1",
        "label": "LT_1",
        "digits": 3,
        "writable": false,
        "limits": {},
        "states": []
      },
      "level_2_signal": {
        "role": "output",
        "unit": "V",
        "low": 0,
        "high": 10,
        "nominal": 6.391579201504485,
        "description": "Signal of the level of tank 2",
        "label": "LT_2",
        "digits": 3,
        "writable": false,
        "limits": {},
        "states": []
      },
      "level_1_signal_setpoint": {
        "role": "input",
        "unit": "V",
        "low": 0,
        "high": 10,
        "nominal": 6.131483759775347,
        "description": "Setpoint of the loop level_1_signal by pump_1_voltage",
        "label": "LT_1 SP",
        "digits": 3,
        "writable": true,
        "limits": {},
        "states": []
      },
      "level_1_signal_mode": {
        "role": "input",
        "unit": "",
        "low": 0,
        "high": 1,
        "nominal": 0,
        "description": "Mode of the loop level_1_signal by pump_1_voltage",
        "label": "LT_1 MODE",
        "digits": 0,
        "writable": true,
        "limits": {},
        "states": [
          "manual",
          "auto"
        ]
      },
      "level_1_signal_gain": {
        "role": "parameter",
        "unit": "",
        "low": -60.0,
        "high": 60.0,
        "nominal": 3.0,
        "description": "Gain of the loop level_1_signal: pump_1_voltage per unit of level_1_signal",
        "label": "LT_1 KC",
        "digits": 4,
        "writable": true,
        "limits": {},
        "states": []
      },
      "level_1_signal_integral_time": {
        "role": "parameter",
        "unit": "s",
        "low": 0.03,
        "high": 30000.0,
        "nominal": 30.0,
        "description": "Integral time of the loop level_1_signal",
        "label": "LT_1 TI",
        "digits": 1,
        "writable": true,
        "limits": {},
        "states": []
      },
      "level_1_signal_derivative_time": {
        "role": "parameter",
        "unit": "s",
        "low": 0,
        "high": 300.0,
        "nominal": 0.0,
        "description": "Derivative time of the loop level_1_signal (on the measurement)",
        "label": "LT_1 TD",
        "digits": 1,
        "writable": true,
        "limits": {},
        "states": []
      },
      "level_2_signal_setpoint": {
        "role": "input",
        "unit": "V",
        "low": 0,
        "high": 10,
        "nominal": 6.391579201504485,
        "description": "Setpoint of the loop level_2_signal by pump_2_voltage",
        "label": "LT_2 SP",
        "digits": 3,
        "writable": true,
        "limits": {},
        "states": []
      },
      "level_2_signal_mode": {
        "role": "input",
        "unit": "",
        "low": 0,
        "high": 1,
        "nominal": 0,
        "description": "Mode of the loop level_2_signal by pump_2_voltage",
        "label": "LT_2 MODE",
        "digits": 0,
        "writable": true,
        "limits": {},
        "states": [
          "manual",
          "auto"
        ]
      },
      "level_2_signal_gain": {
        "role": "parameter",
        "unit": "",
        "low": -54.0,
        "high": 54.0,
        "nominal": 2.7,
        "description": "Gain of the loop level_2_signal: pump_2_voltage per unit of level_2_signal",
        "label": "LT_2 KC",
        "digits": 4,
        "writable": true,
        "limits": {},
        "states": []
      },
      "level_2_signal_integral_time": {
        "role": "parameter",
        "unit": "s",
        "low": 0.04,
        "high": 40000.0,
        "nominal": 40.0,
        "description": "Integral time of the loop level_2_signal",
        "label": "LT_2 TI",
        "digits": 1,
        "writable": true,
        "limits": {},
        "states": []
      },
      "level_2_signal_derivative_time": {
        "role": "parameter",
        "unit": "s",
        "low": 0,
        "high": 400.0,
        "nominal": 0.0,
        "description": "Derivative time of the loop level_2_signal (on the measurement)",
        "label": "LT_2 TD",
        "digits": 1,
        "writable": true,
        "limits": {},
        "states": []
      }
    },
    "loops": [
      {
        "controlled": "level_1_signal",
        "manipulated": "pump_1_voltage"
      },
      {
        "controlled": "level_2_signal",
        "manipulated": "pump_2_voltage"
      }
    ]
  }
} as const;
