"""The archive that an FMU is: looked through before anything of it is used."""

import io
import stat
import sys
import zipfile
from pathlib import Path, PurePosixPath

from plant.errors import InvalidValue

LARGEST_UNPACKED = 256_000_000
MOST_FILES = 5_000
DESCRIPTION = "modelDescription.xml"
LARGEST_DESCRIPTION = 20_000_000
_FOLDERS = {
    "linux": ("linux64", "x86_64-linux"), "darwin": ("darwin64", "x86_64-darwin", "aarch64-darwin"),
    "win32": ("win64", "x86_64-windows"),
}  # fmt: skip
_SUFFIX = {"linux": ".so", "darwin": ".dylib", "win32": ".dll"}


def open_archive(content: bytes) -> zipfile.ZipFile:
    """The archive. Raises InvalidValue for one that is damaged, too large, or would write outside its folder."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise InvalidValue(f"the file is no FMU: it is not a whole zip archive ({error})") from None
    entries = archive.infolist()
    if len(entries) > MOST_FILES:
        raise InvalidValue(f"the FMU holds {len(entries)} files, the most is {MOST_FILES}")
    if sum(entry.file_size for entry in entries) > LARGEST_UNPACKED:
        raise InvalidValue(f"the FMU is larger than {LARGEST_UNPACKED} bytes when unpacked")
    for entry in entries:
        path = PurePosixPath(entry.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or ":" in path.parts[0] or stat.S_ISLNK(entry.external_attr >> 16):
            raise InvalidValue(f"the FMU holds '{entry.filename[:100]}', which would lead outside its folder")
    return archive


def description(archive: zipfile.ZipFile) -> bytes:
    """The model description. Raises InvalidValue when there is none."""
    try:
        if archive.getinfo(DESCRIPTION).file_size > LARGEST_DESCRIPTION:
            raise InvalidValue(f"{DESCRIPTION} is larger than {LARGEST_DESCRIPTION} bytes")
        text = archive.read(DESCRIPTION)
    except KeyError:
        raise InvalidValue(f"the FMU holds no {DESCRIPTION}") from None
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError) as error:
        raise InvalidValue(f"{DESCRIPTION} can't be unpacked: {error}") from None
    if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
        raise InvalidValue(f"{DESCRIPTION} declares entities, which no FMU needs")
    return text


def binary(names: list[str], identifier: str) -> str:
    """The path of the shared library for this machine. Raises InvalidValue, telling what there is instead."""
    for folder in _FOLDERS.get(sys.platform, ()):
        path = f"binaries/{folder}/{identifier}{_SUFFIX[sys.platform]}"
        if path in names:
            return path
    there = sorted(
        {PurePosixPath(name).parts[1] for name in names if name.startswith("binaries/") and name.count("/") > 1}
    )
    raise InvalidValue(
        f"the FMU has no binary for {_FOLDERS.get(sys.platform, (sys.platform,))[0]} "
        f"(binaries for: {', '.join(there) or 'none'})"
    )


def unpack(content: bytes, folder: Path) -> None:
    """Unpack into a folder that is there. Raises InvalidValue."""
    with open_archive(content) as archive:
        try:
            archive.extractall(folder)
        except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError) as error:
            raise InvalidValue(f"the FMU can't be unpacked: {error}") from None
