"""Who may take over what a session has left."""

from hypothesis import given
from hypothesis import strategies as st

from opcua_server.owners import Owner

NAMES = st.one_of(st.none(), st.sampled_from(["eva", "otto", "anonymous"]))
OWNERS = st.builds(Owner, NAMES, st.one_of(st.none(), st.sampled_from(["urn:a", "urn:b"])))


@given(OWNERS, OWNERS, st.booleans())
def test_users_keep_what_is_theirs(one: Owner, other: Owner, signed: bool) -> None:
    allowed = one.may_hand_over(other, signed)
    assert allowed == other.may_hand_over(one, signed)
    if one.name is None and other.name is None:
        assert allowed == (signed and one.application_uri == other.application_uri)
    else:
        assert allowed == (one.name == other.name)
