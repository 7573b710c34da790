"""Answers seen in the wild: each means what the documentation says, over a real socket."""

import json
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.gateway.conftest import KEY, NAME, TLS
from vidu_tui.core.answer import Json
from vidu_tui.core.errors import (
    FileRefused,
    GatewayError,
    KeyRefused,
    QuestionRefused,
    RateLimited,
    ServerTrouble,
    TaskUnknown,
    UnusableAnswer,
)
from vidu_tui.core.orders import Order, Watch
from vidu_tui.core.task import Task, TaskState
from vidu_tui.gateway.client import GatewayClient
from vidu_tui.gateway.transfer import FileClient
from vidu_tui.sandbox.server import Sandbox


class Entry(NamedTuple):
    """One recorded answer."""

    name: str
    http_status: int
    content_type: str
    endpoint: str
    body: Json
    headers: Mapping[str, str]

    @property
    def raw(self) -> bytes:
        return self.body.encode() if isinstance(self.body, str) else json.dumps(self.body).encode()


def read_entries() -> dict[str, Entry]:
    rows = json.loads(Path(__file__).with_name("payloads.json").read_text())
    entries = [
        Entry(
            row["name"],
            row["http_status"],
            row["content_type"],
            row["endpoint"],
            row["body"],
            row.get("headers", {}),
        )
        for row in rows
    ]
    return {entry.name: entry for entry in entries}


ENTRIES = read_entries()
SUCCESS, FAILED = TaskState.SUCCESS, TaskState.FAILED
TASKS: dict[str, tuple[TaskState, int, float | None, float | None]] = {
    # name: state, creations with a usable link, credits, progress
    "zenlayer_doc_success": (SUCCESS, 1, 60, 100),
    "official_min_with_credits": (SUCCESS, 0, 4, 100),
    "official_oldest_min": (SUCCESS, 0, None, 100),
    "official_cn_watermarked": (SUCCESS, 0, 4, 100),
    "kapon_no_err_code": (SUCCESS, 1, 10, 100),
    "gptge_task_route": (SUCCESS, 1, None, 100),
    "aiid_has_both_ids": (SUCCESS, 1, 123, 100),
    "official_s3_presigned": (SUCCESS, 1, None, 100),
    "cdn_unsigned": (SUCCESS, 1, 60, 100),
    "aliyun_oss_host": (SUCCESS, 1, 60, 100),
    "replicate_success_progress_90": (SUCCESS, 0, 400, 100),
    "two_creations": (SUCCESS, 2, None, 100),
    "success_no_creations": (SUCCESS, 0, None, 100),
    "audio_stems": (SUCCESS, 1, 60, 100),
    "reference2image": (SUCCESS, 1, 20, 100),
    "character2video_offpeak": (SUCCESS, 1, 38, 100),
    "created_full": (TaskState.CREATED, 0, 0, 0),
    "queueing_min": (TaskState.QUEUEING, 0, None, None),
    "processing_min": (TaskState.PROCESSING, 0, None, None),
    "processing_null_creations": (TaskState.PROCESSING, 0, None, 37),
    "preparation": (TaskState.PREPARING, 0, 60, 0),
    "scheduling": (TaskState.SCHEDULING, 0, 60, 0),
    "unknown_state": (TaskState.UNKNOWN, 0, None, None),
    "failed_input_audit": (FAILED, 0, 0, 0),
    "failed_user_cancelled": (FAILED, 0, 0, 100),
    "failed_without_code": (FAILED, 0, None, None),
    "failed_with_err_msg": (FAILED, 0, None, None),
    "newapi_wrapped_success": (SUCCESS, 1, None, 100),
    "newapi_wrapped_progress": (TaskState.PROCESSING, 0, None, 30),
}
ERRORS: dict[str, tuple[type[GatewayError], str]] = {
    "empty_object": (UnusableAnswer, "without a state"),
    "openai_video_shape": (UnusableAnswer, "without a state"),
    "official_task_list": (UnusableAnswer, "without a state"),
    "official_400_cancel": (QuestionRefused, "task state is scheduled, can not cancel"),
    "official_401": (KeyRefused, "refused the key (401)"),
    "official_404_task": (TaskUnknown, "does not know this id"),
    "official_429_quota": (RateLimited, "wants fewer requests"),
    "official_500": (ServerTrouble, "500 Internal Server Error"),
    "newapi_401": (KeyRefused, "refused the key (401)"),
    "newapi_400_task_not_exist": (TaskUnknown, "does not know this id"),
    "newapi_429_empty": (RateLimited, "wants fewer requests"),
    "comfy_error": (QuestionRefused, "(400): Invalid token"),
    "html_502": (ServerTrouble, "502 Bad Gateway"),
    "bad_json": (UnusableAnswer, "cannot be read"),
}
FILES = {
    "s3_auth_header_rejected": "Only one auth mechanism allowed",
    "s3_expired": "Request has expired",
}


@pytest.fixture
async def client(sandbox: Sandbox) -> AsyncIterator[GatewayClient]:
    async with GatewayClient(name="g", base_url=sandbox.base_url, key=KEY, tls=TLS) as client:
        yield client


def order_answer(sandbox: Sandbox, entry: Entry, target: str) -> None:
    kind = {"content-type": entry.content_type} if entry.content_type else {}
    sandbox.faults.answer(target, entry.http_status, entry.raw, {**kind, **entry.headers})


def test_every_recorded_answer_has_its_meaning_here() -> None:
    assert {*TASKS, *ERRORS, *FILES} == set(ENTRIES)


@pytest.mark.parametrize("name", TASKS)
async def test_an_answer_is_the_task_it_tells(
    client: GatewayClient, sandbox: Sandbox, name: str
) -> None:
    order_answer(sandbox, ENTRIES[name], "asked")
    task = (await client.fetch("asked")).task
    found = (task.state, len(task.creations), task.credits, task.progress)
    assert found == TASKS[name]
    assert task.id == "asked"


@pytest.mark.parametrize("name", ERRORS)
async def test_an_answer_is_the_error_it_means(
    client: GatewayClient, sandbox: Sandbox, name: str
) -> None:
    order_answer(sandbox, ENTRIES[name], "asked")
    kind, words = ERRORS[name]
    with pytest.raises(kind) as caught:
        await client.fetch("asked")
    assert type(caught.value) is kind
    assert words in str(caught.value)
    assert KEY not in str(caught.value)


@pytest.mark.parametrize("name", FILES)
def test_a_file_hosts_refusal_is_told_without_the_header_it_echoes(
    files: FileClient, order: Order, sandbox: Sandbox, name: str
) -> None:
    order_answer(sandbox, ENTRIES[name], NAME)
    url = sandbox.sign(f"/files/{NAME}", 60)
    with pytest.raises(FileRefused) as caught:
        files.fetch(order._replace(url=url), Watch())
    assert FILES[name] in str(caught.value)
    assert "REDACTED" not in str(caught.value)
    assert caught.value.status == ENTRIES[name].http_status


async def test_the_details_of_some_answers(client: GatewayClient, sandbox: Sandbox) -> None:
    told: dict[str, Task] = {}
    for name in TASKS:
        order_answer(sandbox, ENTRIES[name], "asked")
        told[name] = (await client.fetch("asked")).task
    assert told["zenlayer_doc_success"].answered_id == "940107923630096384"
    assert told["character2video_offpeak"].type == "reference2video"
    assert told["character2video_offpeak"].off_peak is True
    assert told["failed_input_audit"].err_code == "AuditSubmitIllegal"
    assert told["failed_with_err_msg"].err_message == "generation failed"
    assert told["aiid_has_both_ids"].extra == (("task_id", '"902581304611074048"'),)
    [stems] = told["audio_stems"].creations
    assert (len(stems.assets), stems.video.width) == (8, 1280)
    assert "%253A" in told["official_s3_presigned"].creations[0].assets[0].url
    assert told["newapi_wrapped_success"].creations[0].id == "gf03:task_y"


async def test_the_wait_and_the_trace_of_a_refusal_are_carried(
    client: GatewayClient, sandbox: Sandbox
) -> None:
    order_answer(sandbox, ENTRIES["official_429_quota"], "asked")
    with pytest.raises(RateLimited) as caught:
        await client.fetch("asked")
    assert (caught.value.retry_after_s, caught.value.trace_id) == (7, "0" * 32)
    order_answer(sandbox, ENTRIES["official_400_cancel"], "asked")
    with pytest.raises(QuestionRefused) as refused:
        await client.fetch("asked")
    assert refused.value.trace_id == "04e5c2fe159ff7c574acd0424e78c35f"
