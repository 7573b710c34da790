"""Which request gets which answer. Knows the sandbox's tasks, files and faults, no thread.

Heavy: imports Starlette; nothing but the running server imports it.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import formatdate
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from vidu_tui.sandbox.faults import ANY_FILE, ANY_TASK, Fault
from vidu_tui.sandbox.files import LAST_MODIFIED, Span, StoredFile, wanted_span
from vidu_tui.sandbox.links import Verdict, life_of
from vidu_tui.sandbox.scenario import refusal
from vidu_tui.sandbox.seen import Seen
from vidu_tui.sandbox.spells import SPELLS
from vidu_tui.sandbox.transfers import pace_of
from vidu_tui.sandbox.visitors import refusal_of
from vidu_tui.sandbox.wire import Reply

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.types import ASGIApp, Receive, Scope, Send

    from vidu_tui.sandbox.creations import Json
    from vidu_tui.sandbox.server import Sandbox
    from vidu_tui.sandbox.spells import Spells

_RIGHT = Fault()
_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_TWO_KEYS = (
    "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query"
    " string parameter or the Authorization header should be specified"
)
_FORGED = (
    "The request signature we calculated does not match the signature you provided."
    " Check your key and signing method."
)


def build(sandbox: Sandbox) -> ASGIApp:
    """Return the ASGI application of a sandbox."""
    desk, book = _Desk(sandbox), _Book(sandbox.spells)
    base = "/v1/vidu/tasks/{task_id:path}/creations"
    starlette = Starlette(
        routes=[
            Route(base, desk.tell_task, methods=["GET"]),
            Route("/spells", book.tell, methods=["GET"]),
            Route("/spells", book.lift, methods=["DELETE"]),
            Route("/spells/{name}", book.cast, methods=["POST"]),
            Route("/{folder}/{name}", desk.give_file, methods=["GET"]),
            Route("/{folder}/{task_id:path}/{name}", desk.give_file, methods=["GET"]),
            Route("/{rest:path}", desk.refuse_route, methods=_METHODS),
        ],
    )

    async def note_and_answer(scope: Scope, receive: Receive, send: Send) -> None:
        seen = _seen(scope, sandbox.clock())
        if not f"{scope['path']}/".startswith("/spells/"):
            sandbox.note(seen)
        elif words := refusal_of(seen.headers):
            await _plain(403, refusal(403, "Forbidden", words))(scope, receive, send)
            return
        await starlette(scope, receive, send)

    return note_and_answer


class _Desk:
    """Answer requests out of a sandbox."""

    def __init__(self, sandbox: Sandbox):
        self._sandbox = sandbox

    async def tell_task(self, request: Request) -> Reply:
        """Answer the one documented question."""
        sandbox = self._sandbox
        task_id = request.path_params["task_id"]
        ordered = sandbox.faults.take(task_id, ANY_TASK)
        fault = ordered or sandbox.spells.fault_of(task_id) or _RIGHT
        own_s = sandbox.delay_s(task_id) if fault is _RIGHT else fault.latency_s
        await asyncio.sleep(sandbox.latency_s + own_s)
        if fault.status is not None:
            return self._reply(fault.status, fault.body, {}, fault)
        if request.headers.get("authorization") != f"{sandbox.scheme} {sandbox.key}".strip():
            return self._json(401, refusal(401, "Unauthorized", "unauthorized", _trace()), fault)
        status, body = sandbox.answer(task_id)
        return self._json(status, body, fault)

    async def give_file(self, request: Request) -> Reply:
        """Answer with a file, a part of it, or the file host's refusal."""
        sandbox = self._sandbox
        folder, name = request.path_params["folder"], request.path_params["name"]
        if folder not in {"files", "open", "keyed"}:
            return await self.refuse_route(request)
        fault = sandbox.faults.take(name, ANY_FILE) or _RIGHT
        await asyncio.sleep(fault.latency_s)
        if fault.status is not None:
            return self._reply(fault.status, fault.body, {}, fault)
        if folder == "files" and (refused := self._refuse_link(request, fault)):
            return refused
        if folder == "keyed" and request.headers.get("authorization") != f"Bearer {sandbox.key}":
            return self._json(401, refusal(401, "Unauthorized", "unauthorized", _trace()), fault)
        file = sandbox.files.get(name)
        if file is None:
            return self._xml(404, "NoSuchKey", "The specified key does not exist.", fault)
        return self._file(request, file, fault)

    async def refuse_route(self, request: Request) -> Reply:
        """Answer for a path or a method that is not documented."""
        status = 404 if request.method in {"GET", "HEAD"} else 405
        return self._json(status, refusal(status, "NotFound", "no such route", _trace()), _RIGHT)

    def _refuse_link(self, request: Request, fault: Fault) -> Reply | None:
        """Return S3's answer to a link that does not open the file."""
        query: bytes = request.scope["query_string"]
        key = request.headers.get("authorization")
        if query and key is not None:
            detail = (
                "<ArgumentName>Authorization</ArgumentName>"
                f"<ArgumentValue>{escape(key)}</ArgumentValue>"
            )
            return self._xml(400, "InvalidArgument", _TWO_KEYS, fault, detail)
        now_s = self._sandbox.now()
        verdict = self._sandbox.signer.check(request.scope["raw_path"], query, now_s)
        if verdict is Verdict.UNSIGNED:
            return self._xml(403, "AccessDenied", "Access Denied", fault)
        if verdict is Verdict.FORGED:
            return self._xml(403, "SignatureDoesNotMatch", _FORGED, fault)
        if verdict is Verdict.EXPIRED or fault.is_expired:
            detail = _ended(query, now_s)
            return self._xml(403, "AccessDenied", "Request has expired", fault, detail)
        return None

    def _file(self, request: Request, file: StoredFile, fault: Fault) -> Reply:
        headers = {
            "content-type": file.kind,
            "accept-ranges": "none" if fault.ranges == "ignored" else "bytes",
            "etag": file.etag if fault.etag is None else fault.etag,
            "last-modified": LAST_MODIFIED,
        }
        span = wanted_span(file, request.headers) if request.method == "GET" else None
        total = len(file.content)
        if fault.ranges == "refused" and "range" in request.headers:
            span = Span(0, 0, total)
        status, part = 200, file.content
        if span is not None and fault.ranges != "ignored":
            if span.start == span.end:
                headers["content-range"] = f"bytes */{total}"
                return self._xml(416, "InvalidRange", "Not satisfiable", fault, headers=headers)
            if fault.ranges == "wrong start":
                span = Span(span.start // 2, span.end, total)
            told = Span(span.start, span.end, total + 1) if fault.ranges == "wrong total" else span
            headers["content-range"] = told.content_range
            status, part = 206, file.content[span.start : span.end]
        task = self._sandbox.task_of(request.path_params.get("task_id", ""))
        pace = pace_of(task, file.name, self._sandbox.bytes_per_s)
        if task is not None and fault is _RIGHT and request.method == "GET":
            fault = replace(fault, cut_after=self._sandbox.cuts.take(task, file.name, len(part)))
        return self._reply(status, part, headers, fault, pace)

    def _json(self, status: int, body: dict[str, Json], fault: Fault) -> Reply:
        raw = json.dumps(body, ensure_ascii=False).encode()
        return self._reply(status, raw, {"content-type": "application/json"}, fault)

    def _xml(
        self,
        status: int,
        code: str,
        message: str,
        fault: Fault,
        detail: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        page = (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f"<Error><Code>{code}</Code><Message>{message}</Message>{detail}"
            f"<RequestId>{secrets.token_hex(8).upper()}</RequestId>"
            f"<HostId>{secrets.token_urlsafe(56)}</HostId></Error>"
        )
        kind = {**(headers or {}), "content-type": "application/xml"}
        return self._reply(status, page.encode(), kind, fault)

    def _reply(
        self,
        status: int,
        body: bytes,
        headers: Mapping[str, str],
        fault: Fault,
        bytes_per_s: float = 0,
    ) -> Reply:
        dated = {"date": formatdate(self._sandbox.now(), usegmt=True), **headers}
        return Reply(status, body, dated, fault=fault, bytes_per_s=bytes_per_s)


class _Book:
    """Let whoever runs the sandbox list, cast and lift spells; asks for no key."""

    def __init__(self, spells: Spells):
        self._spells = spells

    async def tell(self, _: Request) -> Response:
        """Answer with every spell, and with what is on."""
        told: dict[str, Json] = {name: spell.does for name, spell in SPELLS.items()}
        return _plain(200, {"on": self._on(), "spells": told})

    async def cast(self, request: Request) -> Response:
        """Switch one on, for ``seconds`` or until it is lifted, for ``task`` or for all."""
        asked = request.query_params
        if odd := sorted(set(asked) - {"seconds", "task"}):
            words = f"{odd[0]!r} means nothing here; seconds and task do"
            return _plain(400, refusal(400, "BadRequest", words))
        try:
            seconds = float(asked["seconds"]) if "seconds" in asked else None
            self._spells.cast(request.path_params["name"], seconds, asked.get("task"))
        except KeyError:
            words = f"no such spell; there are {', '.join(SPELLS)}"
            return _plain(404, refusal(404, "NotFound", words))
        except ValueError:
            return _plain(400, refusal(400, "BadRequest", "seconds is a number over 0"))
        return _plain(200, {"on": self._on()})

    async def lift(self, _: Request) -> Response:
        """Switch all of them off."""
        self._spells.lift()
        return _plain(200, {"on": self._on()})

    def _on(self) -> list[Json]:
        return [
            {
                "name": cast.name,
                "task": cast.task_id,
                "seconds_left": cast.left_s and round(cast.left_s, 3),
            }
            for cast in self._spells.on()
        ]


def _plain(status: int, body: dict[str, Json]) -> Response:
    raw = json.dumps(body, ensure_ascii=False, indent=2) + "\n"
    return Response(raw, status, media_type="application/json")


def _ended(query: bytes, now_s: float) -> str:
    """Return what S3 tells of a link after its end: its life, that end and the time there."""
    lifetime_s, end_s = life_of(query)
    end, now = (datetime.fromtimestamp(at, UTC) for at in (min(end_s, now_s), now_s))
    return (
        f"<X-Amz-Expires>{lifetime_s}</X-Amz-Expires>"
        f"<Expires>{end:%Y-%m-%dT%H:%M:%SZ}</Expires>"
        f"<ServerTime>{now:%Y-%m-%dT%H:%M:%SZ}</ServerTime>"
    )


def _seen(scope: Scope, at_s: float) -> Seen:
    return Seen(
        method=scope["method"],
        path=scope["raw_path"].decode("latin-1"),
        query=scope["query_string"].decode("latin-1"),
        headers={
            name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]
        },
        at_s=at_s,
    )


def _trace() -> str:
    return secrets.token_hex(16)
