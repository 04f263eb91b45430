"""What each operation needs, by its name in the OpenAPI document, and a request that gets as far as the rights."""

from plant.access import RIGHTS, Right, User
from plant.ownership import LEFT_TO_OTHERS, Sharing

READ, OPERATE, ENGINEER, ADMINISTER = Right
OPEN = frozenset({
    "get_health", "get_readiness", "get_setup", "issue_token", "revoke_token", "set_up", "sign_in", "sign_out",
})  # fmt: skip
"""Asked by people without a name."""
OWN = frozenset({"get_me", "change_password", "list_api_keys", "add_api_key", "revoke_api_key"})
"""About nobody but who asks."""
NEEDS: dict[str, Right] = {
    **dict.fromkeys(("inject_fault", "clear_faults", "clear_fault"), ENGINEER),
    **dict.fromkeys(("add_model", "add_model_too", "remove_model", "list_audit", "list_audit_kinds"), ENGINEER),
    **dict.fromkeys(("list_users", "get_user", "add_user", "change_user", "remove_user"), ADMINISTER),
    **dict.fromkeys(("list_certificates", "add_certificate", "trust_certificate", "reject_certificate"), ADMINISTER),
    "remove_certificate": ADMINISTER,
    **dict.fromkeys(("remove_machine", "drain_machine", "undrain_machine"), ADMINISTER),
    "start_by_get": OPERATE,
}
"""Where it is not `read` for GET and `operate` for everything else."""
OF_THE_OWNER = frozenset({"share"})
"""For the owner and those who supervise, however open the simulation is to others."""
MODEL, OWN_MODEL = "wood-berry", "mixing-tank"
VALUES = {
    "alarm": "bottoms_methanol", "tag": "reflux_flow", "number": "1", "name": "none", "model_id": MODEL,
    "machine_id": "none", "key_id": "none", "thumbprint": "0" * 64,
}  # fmt: skip
OTHERWISE = {"remove_model": {"model_id": OWN_MODEL}}
BODIES: dict[str, object] = {
    "comment_alarm": {"comment": "seen"}, "speed": {"speed": 2}, "share": {},
    "act": {"actions": [{"tag": "reflux_flow", "value": 2}]},
    "inject_fault": {"tag": "distillate_methanol", "kind": "bias", "size": 0.1}, "take_snapshot": {"name": "here"},
    "backtrack": {"seconds": 1}, "advance": {"seconds": 1}, "extend": {"seconds": 1}, "write_tag": {"value": 2},
    "start": {"duration": 1e-9}, "add_user": {"name": "x", "role": "viewer", "password": "short"}, "change_user": {},
    "add_certificate": {"pem": "none"},
    "create_run": {
        "simulation_id": 1, "name": "x", "machine_id": 1, "status": "pending", "creation_date": "2026-01-01T00:00:00",
        "update_date": "2026-01-01T00:00:00",
    },
}  # fmt: skip
QUERIES = {"start_by_get": {"duration": "1e-9"}}
RAW = dict.fromkeys(("add_model", "add_model_too"), (b"x", "application/yaml"))


def needed(operation: str, method: str) -> Right:
    """The right that an operation needs."""
    return NEEDS.get(operation, READ if method == "get" else OPERATE)


def expected(role: User, right: Right, mine: bool, sharing: Sharing) -> str:
    """`yes`, `no` or `hidden` for an operation on a simulation."""
    everything = mine or role in (User.ENGINEER, User.ADMIN)
    left = frozenset(Right) if everything else LEFT_TO_OTHERS[sharing]
    if READ not in left:
        return "hidden"
    return "yes" if right in RIGHTS[role] & left else "no"


def words(operation: str, method: str) -> str:
    """What the page says that an operation needs."""
    if operation in OPEN | OWN:
        return "nothing" if operation in OPEN else "a name"
    return needed(operation, method) + (", and its owner or an engineer" if operation in OF_THE_OWNER else "")


def tables(needs: dict[str, str]) -> str:
    """The rights as tables in Markdown: who has them, on whose simulations, and what each operation needs."""
    lines = ["| right | viewer | operator | engineer | admin |", "|---|---|---|---|---|"]
    lines += [
        f"| {right} | " + " | ".join("yes" if right in RIGHTS[role] else "" for role in User) + " |" for right in Right
    ]
    lines += ["", "| somebody else's simulation is | viewer, operator may | engineer, admin may |", "|---|---|---|"]
    for sharing in Sharing:
        others = {0: "nothing: it is not there", 1: "read", len(Right): "what the role may"}
        lines.append(f"| {sharing} | {others[len(LEFT_TO_OTHERS[sharing])]} | what the role may |")
    lines += ["", "| operation | needs |", "|---|---|"]
    return "\n".join([*lines, *(f"| {what} | {right} |" for what, right in sorted(needs.items()))])
