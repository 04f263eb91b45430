"""FMUs for tests, compiled from C when they are needed."""

import io
import re
import shutil
import subprocess
import tempfile
import zipfile
from functools import cache
from pathlib import Path

import fmpy
import pytest

HERE = Path(__file__).parent
_FMI2 = """<?xml version="1.0" encoding="UTF-8"?>
<fmiModelDescription fmiVersion="2.0" modelName="First Order Lag" guid="{{lag}}" description="A lag for tests"
  generationTool="gcc" numberOfEventIndicators="0">
  {interface}
  <UnitDefinitions><Unit name="degC"><BaseUnit K="1" offset="273.15"/></Unit><Unit name="%"/></UnitDefinitions>
  <DefaultExperiment stepSize="0.5"/>
  <ModelVariables>
    <ScalarVariable name="heaterPower" valueReference="1" causality="input" variability="continuous" description="Heat">
      <Real start="20" min="-10" max="100" unit="%"/></ScalarVariable>
    <ScalarVariable name="sensor.T" valueReference="2" causality="output" variability="continuous" initial="calculated">
      <Real unit="degC" min="-50" max="200"/></ScalarVariable>
    <ScalarVariable name="gain" valueReference="3" causality="parameter" variability="tunable">
      <Real start="0.1"/></ScalarVariable>
    <ScalarVariable name="x" valueReference="4" causality="local" variability="continuous" initial="calculated">
      <Real/></ScalarVariable>
    <ScalarVariable name="der(x)" valueReference="5" causality="local" variability="continuous" initial="calculated">
      <Real derivative="4"/></ScalarVariable>
  </ModelVariables>
  <ModelStructure><Outputs><Unknown index="2"/></Outputs><Derivatives><Unknown index="5"/></Derivatives>
    <InitialUnknowns><Unknown index="2"/><Unknown index="4"/><Unknown index="5"/></InitialUnknowns></ModelStructure>
</fmiModelDescription>
"""
_FMI3 = """<?xml version="1.0" encoding="UTF-8"?>
<fmiModelDescription fmiVersion="3.0" modelName="First Order Lag" instantiationToken="{{lag}}">
  {interface}
  <UnitDefinitions><Unit name="degC"/><Unit name="%"/></UnitDefinitions>
  <DefaultExperiment stepSize="0.5"/>
  <ModelVariables>
    <Float64 name="time" valueReference="0" causality="independent" variability="continuous"/>
    <Float64 name="heaterPower" valueReference="1" causality="input" start="20" min="-10" max="100" unit="%"/>
    <Float64 name="sensor.T" valueReference="2" causality="output" min="-50" max="200" unit="degC"/>
    <Float64 name="gain" valueReference="3" causality="parameter" variability="tunable" start="0.1"/>
  </ModelVariables>
  <ModelStructure><Output valueReference="2"/><InitialUnknown valueReference="2"/></ModelStructure>
</fmiModelDescription>
"""
_SAVES = {
    True: {"2": 'canGetAndSetFMUstate="true" canSerializeFMUstate="true"',
           "3": 'canGetAndSetFMUState="true" canSerializeFMUState="true"'},
    False: {"2": "", "3": ""},
}  # fmt: skip


@cache
def library(version: str) -> bytes:
    """The shared library."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        pytest.skip("needs a C compiler")
    headers = Path(fmpy.__file__).parent / "c-code"
    with tempfile.TemporaryDirectory() as folder:
        stubs, target = Path(folder) / "stubs.c", Path(folder) / "lag.so"
        stubs.write_text(_stubs((headers / "fmi3Functions.h").read_text()) if version == "3" else "")
        command = [compiler, "-shared", "-fPIC", "-O1", "-w", f"-I{headers}", str(HERE / "lag.c"), str(stubs), "-lm"]
        command += ["-DFMI3"] if version == "3" else []
        subprocess.run([*command, "-o", str(target)], check=True, capture_output=True)
        return target.read_bytes()


def _stubs(header: str) -> str:
    """FMI 3 wants every function exported, also those that a lag has no use for."""
    names = re.findall(r"FMI3_Export\s+\w+TYPE\s+(\w+);", header)
    source = (HERE / "lag.c").read_text()
    return "".join(f"int {name}(void) {{ return 3; }}\n" for name in names if f"{name}(" not in source)


def fmu(kind: str, saves: bool = True, **changes: bytes | None) -> bytes:
    """An FMU of this kind (2-cs, 2-me, 3-cs); `changes` are files to add, or to leave out where None."""
    version, _, way = kind.partition("-")
    name = {"cs": "CoSimulation", "me": "ModelExchange"}[way]
    interface = f'<{name} modelIdentifier="lag" {_SAVES[saves][version]}/>'
    folder = "linux64" if version == "2" else "x86_64-linux"
    files: dict[str, bytes | None] = {
        "modelDescription.xml": (_FMI2 if version == "2" else _FMI3).format(interface=interface).encode(),
        f"binaries/{folder}/lag.so": library(version),
    }
    return packed(files | changes)


def packed(files: dict[str, bytes | None]) -> bytes:
    """A zip archive of these files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            if content is not None:
                archive.writestr(name, content)
    return out.getvalue()
