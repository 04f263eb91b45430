"""docs/api.md: what services of this kind often lack, what is done here, and which tests show it."""

import pytest

from tests.contract.proved import ROOT, Line, check, is_there, table

WRITER = "tests/contract/test_api_page.py"
LINES: tuple[Line, ...] = (
    ("asynchronous end to end", "a start is queued and answered at once; `Prefer: wait=N` for whoever wants the end",
     ("system/api/test_runs.py::test_the_example_runs_to_its_end",
      "system/api/test_runs.py::test_wait_ends_when_the_time_is_over")),
    ("several workers and machines", "a queue for each machine, a pool for the rest, draining, several engines",
     ("system/api/test_machines.py::test_a_drained_machine_gives_everything_away",
      "system/api/test_machines.py::test_one_of_two_engines_reconciles",
      "system/api/test_reconciler.py::test_work_of_a_machine_without_workers_is_served_by_the_pool")),
    ("optimistic locking", "a version in every record, `ETag` and `If-Match`",
     ("system/api/test_idempotency.py::test_of_fifty_changes_of_one_version_one_is_made",
      "system/api/test_process_api.py::test_stale_version_is_412")),
    ("heartbeats", "leases of 10 s; a worker that lost its own writes nothing any more",
     ("system/workers/test_take_over.py::test_a_frozen_worker_is_fenced",
      "system/api/test_reconciler.py::test_sigkill_at_default_settings_within_15_seconds")),
    ("execution timeouts", "life in simulated and in wall time; steps and FMUs that hang are ended",
     ("system/workers/test_hosting.py::test_the_duration_ends_the_job_and_frees_everything",
      "system/workers/test_hosting.py::test_the_wall_clock_ends_a_life",
      "system/workers/test_isolation.py::test_an_endless_step_costs_one_worker_and_then_only_itself",
      "system/workers/test_isolation.py::test_an_fmu_that_hangs_holds_up_nobody")),
    ("retries with back-off", "from the last checkpoint, later each time, alone, then failed with its cause",
     ("system/workers/test_take_over.py::test_a_killed_worker_s_simulation_goes_on_bit_for_bit",
      "unit/engine_api/test_reconciler_rounds.py::test_lost_again_and_again_it_comes_later_alone_and_fails_at_last")),
    ("monitoring and alerts for stuck or failed tasks", "`/api/alerts`, live, signed webhooks, Prometheus rules",
     ("system/api/test_machines.py::test_alerts_reach_everybody",
      "unit/engine_api/test_webhooks.py::test_signed_and_tried_again",
      "contract/test_prometheus.py::test_every_alert_of_the_engine_has_a_rule")),
    ("validation of every request", "strict bodies and queries, all problems at once; fuzzed against the contract",
     ("system/api/test_bad_input.py::test_bad_bodies",
      "system/api/test_bad_input.py::test_all_problems_at_once_with_pointers",
      "system/api/test_contract.py::test_schemathesis_finds_nothing")),
    ("unit and integration tests", "on whole engines, with real processes; the contract is a file that a test compares",
     ("contract/test_openapi.py::test_the_file_is_fresh",
      "contract/test_openapi.py::test_every_request_and_answer_has_an_example_that_fits")),
    ("error handling per scenario", "one problem shape; what dies is replaced, nothing is half done",
     ("contract/test_openapi.py::test_every_error_is_a_problem",
      "system/api/test_redis_away.py::test_redis_goes_and_returns",
      "system/api/test_idempotency.py::test_a_killed_engine_leaves_nothing_half_done",
      "system/test_up.py::test_a_part_that_dies_comes_back")),
    ("structured logs", "one JSON object a line with process, level, time, SimID; a trace id in each problem",
     ("system/api/test_operations.py::test_the_log_is_one_object_a_line",
      "unit/engine_api/test_guard.py::test_unexpected_failures_are_problems_that_tell_nothing")),
    ("metrics of call volume and load", "`/metrics`: requests and their times by route, queues, leases, slots",
     ("system/api/test_operations.py::test_health_readiness_and_metrics",
      "contract/test_prometheus.py::test_rules_name_metrics_that_there_are")),
    ("security policies, tokens in Swagger", "roles, owners, OAuth2 tokens, API keys with scopes; Authorize works",
     ("system/api/test_access.py::test_swagger_ui_signs_in_as_the_document_says",
      "system/api/test_access.py::test_an_api_key_does_what_its_scopes_allow_until_it_is_revoked",
      "system/api/test_access.py::test_a_forged_token_is_refused",
      "system/api/test_attacks.py::test_mass_assignment")),
    ("who did what", "every change and refusal, old and new values, every door; as a list, a table, OPC UA events",
     ("system/api/test_access.py::test_the_audit_knows_who_did_what",
      "system/api/test_rights.py::test_rest",
      "system/api/test_access.py::test_the_audit_tells_what_nobody_tells_it_more_exactly")),
    ("floods", "slow bodies, compressed bombs, crowds of sockets, 10,000 logins: refused, and others are answered",
     ("system/api/test_floods.py::test_ten_thousand_logins", "system/api/test_floods.py::test_slow_bodies",
      "system/api/test_floods.py::test_compressed_bombs", "system/api/test_floods.py::test_a_crowd_of_sockets")),
)  # fmt: skip


@pytest.mark.parametrize("test", [test for _, _, tests in LINES for test in tests])
def test_the_tests_that_the_page_names_are_there(test: str) -> None:
    assert is_there(test)


def test_the_page_has_the_table() -> None:
    """`PDE_WRITE_DOCS=1` writes it."""
    check(ROOT / "docs" / "api.md", WRITER, table("| often missing | here | shown by |", LINES))
