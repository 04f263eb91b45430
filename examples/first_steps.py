# %% [markdown]
# # First steps: a distillation column from Python
#
# Start an engine (`make run`), then run these cells in a notebook or the file as a script.

# %%
import os

from process_dynamics_engine import Engine, EngineError

engine = Engine(os.environ.get("PDE_URL", "http://127.0.0.1:8000"))
for model in engine.models():
    print(f"{model.id:22} {model.name}")

# %% [markdown]
# Start the Wood-Berry column at a hundred times real speed and look at its top product.

# %%
column = engine.start("wood-berry", speed=100)
print(column, "is also the OPC UA node", column.node_id)
top = column["distillate_methanol"]
print(top, "| good:", top.good, "| as a number:", float(top))

# %% [markdown]
# More reflux, purer product. `wait` takes a condition on values, a simulated time, or a state.

# %%
column["reflux_flow"] = 2.1
now = column.wait(until=lambda now: now["distillate_methanol"] > 97, timeout=60)
print(f"97 % after {now.simulation_time:.0f} s")

# %% [markdown]
# What the plant can't take is refused as a whole, with every problem named.

# %%
try:
    column.write({"reflux_flow": 99, "steam_flow": 1.7, "stem_flow": 1.7})
except EngineError as error:
    print(type(error).__name__, *error.problems, sep="\n  ")

# %% [markdown]
# Break an instrument: the reading is Bad, and never a number.

# %%
fault = column.inject("bottoms_methanol", "open_circuit")
column.wait(until=lambda now: not now.tags["bottoms_methanol"].good, timeout=30)
print(column["bottoms_methanol"])
column.clear(fault)

# %% [markdown]
# Hold it, look back, and stop it. Its history stays.

# %%
column.pause()
history = column.history(["reflux_flow", "distillate_methanol"])
times, values = history.to_numpy()
print(f"{len(times)} samples up to {times[-1]:.0f} s; top from {values[0, 1]:.2f} to {values[-1, 1]:.2f} %")
print(column.stop().status)
