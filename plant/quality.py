"""The OPC UA status codes that PDE gives to values, by name (OPC 10000-4 table 179 and OPC 10000-6 A.2)."""

from enum import IntEnum


class Quality(IntEnum):
    """A value's status code. Good is zero; Uncertain has bit 30; Bad has bit 31 and carries no value."""

    GOOD = 0x00000000
    UNCERTAIN_LAST_USABLE_VALUE = 0x40900000
    UNCERTAIN_INITIAL_VALUE = 0x40920000
    UNCERTAIN_SENSOR_NOT_ACCURATE = 0x40930000
    BAD_OUT_OF_RANGE = 0x803C0000
    BAD_NO_COMMUNICATION = 0x80310000
    BAD_WAITING_FOR_INITIAL_DATA = 0x80320000
    BAD_SENSOR_FAILURE = 0x808C0000
    BAD_DEVICE_FAILURE = 0x808B0000
    BAD_OUT_OF_SERVICE = 0x808D0000
    BAD_DATA_LOST = 0x809D0000


_NAMES = {
    Quality.GOOD: "Good",
    Quality.UNCERTAIN_LAST_USABLE_VALUE: "UncertainLastUsableValue",
    Quality.UNCERTAIN_INITIAL_VALUE: "UncertainInitialValue",
    Quality.UNCERTAIN_SENSOR_NOT_ACCURATE: "UncertainSensorNotAccurate",
    Quality.BAD_OUT_OF_RANGE: "BadOutOfRange",
    Quality.BAD_NO_COMMUNICATION: "BadNoCommunication",
    Quality.BAD_WAITING_FOR_INITIAL_DATA: "BadWaitingForInitialData",
    Quality.BAD_SENSOR_FAILURE: "BadSensorFailure",
    Quality.BAD_DEVICE_FAILURE: "BadDeviceFailure",
    Quality.BAD_OUT_OF_SERVICE: "BadOutOfService",
    Quality.BAD_DATA_LOST: "BadDataLost",
}


def quality_name(code: int) -> str:
    """The name of a status code, such as `Good`; an unknown code answers as its eight hexadecimal digits."""
    try:
        return _NAMES[Quality(code)]
    except ValueError:
        return f"0x{code:08X}"


def is_bad(code: int) -> bool:
    """Whether a value with this code must not be shown as a number."""
    return code >= 0x80000000
