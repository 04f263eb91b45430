"""Building blocks of process models: transfer functions, dead time, state space, valves, analysers, walks."""
