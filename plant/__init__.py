"""The pure domain: tags, models, simulations, lifecycle, pacing, access rules and frames; no clock, no socket."""
