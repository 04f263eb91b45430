"""Messages that claim much: refused by what they claim, before anything is made of it."""

import subprocess
import sys

PROGRAM = """
import struct, time
from asyncua import ua
from asyncua.common.utils import Buffer, ServiceError
from opcua_server.decoding import begin_message, guard_decoding, read_struct
from opcua_server.limits import LIMITS

guard_decoding()
VARIANTS, NULLS, INTEGERS, DIMENSIONS = 0x98, 0x80, 0x86, 0x40

def array(kind, count, *elements):
    return bytes([kind]) + struct.pack("<i", count) + b"".join(elements)

def decoded(body):
    begin_message()
    value = read_struct(ua.DataValue, Buffer(b"\\x01" + body))
    return value.Value.Value

def refused(body):
    begun = time.process_time()
    try:
        decoded(body)
    except ServiceError as error:
        assert time.process_time() - begun < 1.0
        return ua.StatusCode(ua.UInt32(error.code)).name
    raise AssertionError("taken")

assert decoded(array(INTEGERS, 2, struct.pack("<ii", 4, 5))) == [4, 5]
assert decoded(array(INTEGERS, 0)) == []
assert decoded(array(INTEGERS, -1)) is None
assert decoded(array(VARIANTS, 2, b"\\x00", b"\\x01\\x01")) == [ua.Variant(), ua.Variant(True)]
assert refused(array(INTEGERS, -2)) == "BadDecodingError"
assert refused(array(NULLS, 5_000_000)) == "BadDecodingError"
assert refused(array(NULLS, 5, b"\\0" * 5)) == "BadDecodingError"
assert refused(array(VARIANTS, 4_000_000, b"\\0" * 4_000_000)) == "BadTooManyOperations"
inner = array(VARIANTS, 9_000, b"\\0" * 9_000)
assert refused(array(VARIANTS, 400, inner * 400)) == "BadEncodingLimitsExceeded"
assert refused(b"\\x18" * 20_000 + b"\\x01\\x01") == "BadEncodingLimitsExceeded"
deep = array(INTEGERS | DIMENSIONS, 1, b"\\0" * 4) + struct.pack("<i", 10_000) + struct.pack("<i", 1) * 10_000
assert refused(deep) == "BadDecodingError"
wide = array(INTEGERS | DIMENSIONS, 1, b"\\0" * 4) + struct.pack("<iii", 2, 1_000_000, 1)
assert refused(wide) == "BadDecodingError"
text = struct.pack("<i", -100)  # a text that would be read backwards
assert refused(b"\\x0c" + text) == "BadDecodingError"
assert LIMITS.array >= LIMITS.nodes_per_request
"""


def test_nothing_is_made_of_claims() -> None:
    """In a process of its own: the guards hold for a whole process."""
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
