"""The client against a whole engine: what its documentation promises, sync and async."""

import asyncio
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from process_dynamics_engine import AsyncEngine, Engine, Simulation, errors
from process_dynamics_engine.engine_process import RunningEngine


@pytest.fixture
def column(engine: Engine) -> Iterator[Simulation]:
    with engine.start("wood-berry", speed=50, inputs={"reflux_flow": 2.0}) as started:
        yield started


def test_the_catalogue_and_the_system(engine: Engine) -> None:
    assert "wood-berry" in {model.id for model in engine.models()}
    model = engine.model("cstr-exotherm")
    assert (model.tag("coolant_temperature").unit, model.starts[0].name) == ("K", "steady")
    assert engine.system().capacity > 0
    with pytest.raises(errors.UnknownName, match="did you mean wood-berry"):
        engine.start("wood-bery")


def test_started_it_runs_and_has_values(column: Simulation) -> None:
    assert column.record().status == "running"
    assert column["reflux_flow"].value == 2.0
    assert column["distillate_methanol"].good
    assert column.node_id == f"ns=2;s={column.id}"


def test_a_write_is_in_effect_at_once_and_all_or_nothing(column: Simulation) -> None:
    column["reflux_flow"] = 2.1
    assert float(column["reflux_flow"]) == 2.1
    with pytest.raises(errors.InvalidRequest) as caught:
        column.write({"reflux_flow": 99, "steam_flow": 1.8, "stem_flow": 1})
    assert len(caught.value.problems) == 2
    assert float(column["steam_flow"]) != 1.8
    with pytest.raises(errors.NotWritable, match="output of the model"):
        column["distillate_methanol"] = 97
    column["distillate_methanol_mode"] = "auto"
    assert column["distillate_methanol_mode"].text == "auto"
    assert {"reflux_flow": 2.1} in [action.values for action in column.actions()]


def test_waiting_for_values_times_and_states(column: Simulation) -> None:
    now = column.wait(until=lambda now: now["distillate_methanol"] > 96.3, timeout=60)
    assert now["distillate_methanol"] > 96.3
    later = column.wait(until=now.simulation_time + 40, timeout=60)
    assert later.simulation_time >= now.simulation_time + 40
    column.pause()
    assert column.wait("paused", timeout=30).status == "paused"
    with pytest.raises(TimeoutError, match="reaches"):
        column.wait(until=1e5, timeout=0.5)


def test_steps_are_taken_when_it_answers(column: Simulation) -> None:
    column.pause()
    first = column.snapshot().simulation_time
    assert column.step(30).simulation_time == first + 30
    assert column.step().simulation_time == first + 31
    column.resume()
    with pytest.raises(errors.WrongState, match="is running"):
        column.step()


def test_saved_states_branches_and_a_step_in_time(column: Simulation) -> None:
    column.pause()
    first = column.snapshot().simulation_time
    assert column.save("before").simulation_time == first
    assert column.advance(600).simulation_time == first + 600
    with column.branch(speed=20) as other:
        assert other.snapshot().simulation_time >= first + 600
    column.restore("before")
    assert column.wait(lambda now: now.simulation_time == first, timeout=30).status == "paused"
    assert "before" in {state.name for state in column.saved()}
    column.forget("before")
    with pytest.raises(errors.UnknownName, match="before"):
        column.restore("before")
    assert column.extend(100_000).duration == 100_000


def test_speed_and_reset(column: Simulation) -> None:
    assert column.set_speed(100).speed == 100
    column.wait(until=200, timeout=60)
    column.pause()
    column.reset()
    assert column.wait(lambda now: now.simulation_time == 0, timeout=30)["reflux_flow"] == 2.0
    assert column.set_speed(float("inf")).speed == "max"


def test_history_holds_what_was_just_seen(column: Simulation) -> None:
    now = column.wait(until=100, timeout=60)
    history = column.history(["reflux_flow", "distillate_methanol"], start=10)
    times, values = history.to_numpy()
    assert times[0] == 10
    assert times[-1] >= now.simulation_time
    assert not history.thinned
    assert (values[:, 0] == 2.0).all()
    frame = column.history(["distillate_methanol"], end=50).to_pandas()
    assert frame.loc[20.0, "distillate_methanol"] == values[10, 1]
    wall = column.history(["reflux_flow"], datetime.now(UTC) - timedelta(hours=1), axis="wall").to_pandas()
    assert str(wall.index.tz) == "UTC"
    assert column.history(["reflux_flow"], points=10).thinned


def test_a_stream_ends_with_the_simulation(column: Simulation) -> None:
    seen = []
    for now in column.stream(rate=0.05):
        seen.append(now)
        if len(seen) == 5:
            column.stop()
    assert seen[-1].ended
    assert [now.simulation_time for now in seen] == sorted(now.simulation_time for now in seen)
    with pytest.raises(errors.SimulationEnded, match="ended as stopped"):
        column.wait(until=1e5)


def test_faults_show_in_the_quality_and_are_cleared(column: Simulation) -> None:
    fault = column.inject("bottoms_methanol", "open_circuit")
    now = column.wait(lambda now: not now.tags["bottoms_methanol"].good, timeout=30)
    assert now.tags["bottoms_methanol"].quality == "BadSensorFailure"
    with pytest.raises(errors.BadQuality):
        float(column["bottoms_methanol"])
    assert [one.number for one in column.faults()] == [fault.number]
    assert column.clear(fault) == ()
    with pytest.raises(errors.EngineError, match="kind"):
        column.inject("bottoms_methanol", "explosion")


def test_alarms_are_listed_and_acknowledged(engine: Engine) -> None:
    with engine.start("surge-tank", speed=100, inputs={"outlet": 0}) as tank:
        tank.wait(lambda now: any(alarm.active for alarm in tank.alarms()), timeout=60)
        raised = next(alarm for alarm in tank.alarms() if alarm.active)
        assert raised.alarm in {alarm.alarm for alarm in engine.alarms() if alarm.sim_id == tank.id}
        assert tank.acknowledge(raised.alarm, "seen").acknowledged


def test_a_batch_run_and_its_convergence(engine: Engine) -> None:
    done = engine.run("wood-berry", 3600, inputs={"reflux_flow": 2.0}, name="First run", timeout=60)
    assert done.record().status == "finished"
    series = done.history(["distillate_methanol"])["distillate_methanol"]
    assert (len(series), series.simulation_time[-1]) == (3601, 3600)
    first, *_, last = done.convergence()
    assert last.loss < first.loss


def test_what_runs_is_found_again_and_the_block_stops_it(engine: Engine) -> None:
    with engine.start("dc-motor") as motor:
        assert engine.simulation(motor.id).model_id == "dc-motor"
        assert motor.id in {one.id for one in engine.simulations()}
    assert engine.simulation(motor.id).record().status == "stopped"


async def test_the_same_in_asynchronous_code(running: RunningEngine) -> None:
    async with (
        AsyncEngine(running.url) as engine,
        await engine.start("quadruple-tank", speed=10) as tank,
        await engine.start("dc-motor", speed=10) as motor,
    ):
        await asyncio.gather(tank.write({"pump_1_voltage": 3.5}), motor.write({"voltage": 6.0}))
        assert (await tank["pump_1_voltage"]).value == 3.5
        tanks, motors = await asyncio.gather(tank.wait(until=20, timeout=60), motor.wait(until=10, timeout=60))
        assert tanks["level_1_signal"] > 0
        assert motors["shaft_speed"] > 0
        async for now in tank.stream(0.1):
            assert now.sim_id == tank.id
            break


def test_waiting_costs_next_to_nothing(column: Simulation) -> None:
    column.pause()
    begun = time.process_time()
    with pytest.raises(TimeoutError):
        column.wait(until=1e5, timeout=3)
    assert time.process_time() - begun < 1.0, "no busy polling"
