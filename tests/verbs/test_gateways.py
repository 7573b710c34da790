"""Verbs with more than one gateway: the same id on two of them is two tasks."""

from collections.abc import Iterator

import pytest

from tests.verbs.conftest import DONE, PENDING, Person, tasks_of
from vidu_tui.sandbox.server import Sandbox


@pytest.fixture
def other() -> Iterator[Sandbox]:
    """Another gateway, where the same id is still going on."""
    with Sandbox([PENDING], key="vd-the-key-of-the-other") as sandbox:
        yield sandbox


@pytest.fixture
def two(person: Person, other: Sandbox) -> Person:
    person.set(
        f'[gateway.other]\nbase_url = "{other.base_url}"\nkey_env = "OTHER_KEY"\n'
        '[gateway.theturbo]\nkey_env = "VIDU_API_KEY"\n'
    )
    person.environ["OTHER_KEY"] = other.key
    return person


def test_an_id_of_two_gateways_is_two_rows_and_each_is_asked_where_it_is(
    two: Person, other: Sandbox
) -> None:
    two.run("add", PENDING.id)
    assert two.run("add", PENDING.id, "--gateway", "other").returncode == 0
    told = tasks_of(two.run("status", PENDING.id, "--json"))
    assert {task["gateway"] for task in told} == {"theturbo", "other"}
    for gateway, foreign in ((other, two.gateway.key), (two.gateway, other.key)):
        assert len(gateway.requests) == 1
        assert foreign not in (gateway.requests[0].authorization or "")
    (one,) = tasks_of(two.run("ls", "--gateway", "other", "--json"))
    assert one["gateway"] == "other"


def test_rm_of_an_id_of_two_gateways_wants_one_named(two: Person) -> None:
    two.run("add", PENDING.id, DONE.id)
    two.run("add", PENDING.id, "--gateway", "other")
    done = two.run("rm", PENDING.id, DONE.id)
    assert (done.stdout, done.returncode) == (
        f"{PENDING.id}\ton several gateways\n{DONE.id}\tremoved\n",
        2,
    )
    assert "--gateway" in done.stderr
    assert two.run("rm", PENDING.id, "--gateway", "other").returncode == 0
    (left,) = tasks_of(two.run("ls", "--json"))
    assert left["gateway"] == "theturbo"


def test_a_link_goes_to_the_gateway_that_it_names(two: Person, other: Sandbox) -> None:
    two.run("add", "-", stdin=f"curl {other.base_url}/tasks/{PENDING.id}/creations\n")
    (task,) = tasks_of(two.run("ls", "--json"))
    assert (task["id"], task["gateway"]) == (PENDING.id, "other")


def test_a_gateway_that_the_config_has_lost_is_said(two: Person) -> None:
    two.run("add", PENDING.id, "--gateway", "other")
    two.set("")
    done = two.run("status", PENDING.id)
    assert done.returncode == 5
    assert "the list names the gateway other, which the config does not know." in done.stderr


def test_another_default_gateway_takes_no_task_elsewhere(two: Person) -> None:
    two.run("add", PENDING.id)
    assert two.run("add", PENDING.id).stdout == f"{PENDING.id}\talready watched\n"
    before = two.paths.config_file.read_text()
    two.set(f'default_gateway = "other"\n{before}')
    two.run("add", PENDING.id)
    told = tasks_of(two.run("ls", "--json"))
    assert [task["gateway"] for task in told] == ["other", "theturbo"]


def test_ids_without_a_verb_go_to_the_gateway_of_the_run(two: Person) -> None:
    two.run(PENDING.id, "--gateway", "other")
    (task,) = tasks_of(two.run("ls", "--json"))
    assert task["gateway"] == "other"


def test_a_broken_config_keeps_no_id_off_the_list(two: Person) -> None:
    two.set("pol = 5\n")
    assert two.run("add", PENDING.id).returncode == 0
    refused = two.run("add", DONE.id, "--gateway", "other")
    assert (refused.returncode, refused.stdout) == (2, "")
    two.set("")
    (task,) = tasks_of(two.run("ls", "--json"))
    assert task["id"] == PENDING.id
