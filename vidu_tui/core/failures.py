"""What a failure code means: what happened, whose move it is, what to do. Asks nobody.

The codes are those of Vidu's documentation and of answers seen; the set is open.
"""

from typing import Literal, NamedTuple

from vidu_tui.core.links import redact
from vidu_tui.core.text import inert

Move = Literal["yours", "Vidu's", "the gateway's"]
"""Who has to act next."""

CELL_WIDTH = 18


class Failure(NamedTuple):
    """A failure in words."""

    code: str
    """As the gateway wrote it, inert and without secrets; "" if there was only a message."""
    cell: str
    """At most 18 characters for the result column."""
    what: str
    """What happened, in whole sentences."""
    move: Move
    todo: str
    """What to do, in whole sentences."""


_RESULT = "The finished video was refused by the content check. There is no file."
_PROMPT = "The prompt was refused by the content check. No video was made."
_INPUT = "The prompt or an input picture was refused by the content check. No video was made."
_CHANGE = "Change the prompt or the input picture and submit again."
_SIZES = "at most 50 MB, JPEG, PNG or WebP, and between 1:4 and 4:1"
_PICTURE = "Use a picture that shows it clearly, then submit again."
_REQUEST = "Correct the request and submit again."
_WAIT = "Wait until fewer tasks are under way, then submit again."
_KEY = "Check the key of this gateway and what it is allowed to do, then submit again."
_SLIP = "Check the id and which gateway it belongs to."

_KNOWN: dict[str, tuple[str, str, Move, str]] = {
    "BadRequest": ("bad request", "The request was wrong.", "yours", _REQUEST),
    "FieldLacking": ("field missing", "The request lacks a field.", "yours", _REQUEST),
    "FieldUnwanted": (
        "field not allowed",
        "The request has a field that this model or type does not take.",
        "yours",
        _REQUEST,
    ),
    "FieldInvalid": (
        "field invalid",
        "A field of the request has a value that is not allowed.",
        "yours",
        _REQUEST,
    ),
    "FieldItemCountOutOfRange": (
        "wrong item count",
        "A list in the request has too few or too many items.",
        "yours",
        _REQUEST,
    ),
    # The name misleads: it is the picture that is out of range.
    "PageSizeOutOfRange": (
        "image not accepted",
        "The input picture is over 50 MB, of a wrong format, or beyond 1:4 to 4:1.",
        "yours",
        f"Use a picture of {_SIZES}, then submit again.",
    ),
    "ImageDownloadFailure": (
        "image unreachable",
        "Vidu could not fetch the input picture.",
        "yours",
        "Put it where Vidu can reach it, then submit again.",
    ),
    "ImageFormatInvalid": (
        "image format",
        "The input picture has a format that Vidu does not read.",
        "yours",
        f"Use a picture of {_SIZES}, then submit again.",
    ),
    "ImageCheckBodyJointsFailed": (
        "no body in image",
        "Vidu found no usable body in the input picture.",
        "yours",
        _PICTURE,
    ),
    "ImageCheckFaceFailed": (
        "no face in image",
        "Vidu found no usable face in the input picture.",
        "yours",
        _PICTURE,
    ),
    "ImageObjectsUndetected": (
        "no subject found",
        "Vidu found no usable subject in the input picture.",
        "yours",
        _PICTURE,
    ),
    "TaskPromptPolicyViolation": ("prompt refused", _PROMPT, "yours", _CHANGE),
    "AuditSubmitIllegal": ("input refused", _INPUT, "yours", _CHANGE),
    "CreationPolicyViolation": ("result refused", _RESULT, "yours", _CHANGE),
    "CreditInsufficient": (
        "no credits left",
        "There were not enough credits.",
        "yours",
        "Top up, then submit again.",
    ),
    "ModelUnavailable": (
        "model unavailable",
        "The model is not available at the moment.",
        "Vidu's",
        "Submit again later, or with another model.",
    ),
    "OperationInProcess": (
        "still in process",
        "An operation on this task is still in process.",
        "Vidu's",
        "Wait until it has ended, then try again.",
    ),
    "UserCancelled": (
        "canceled",
        "The task was canceled by the account that submitted it.",
        "yours",
        "Submit again if you still want the video.",
    ),
    "Canceled": (
        "canceled",
        "The task was canceled before it was finished.",
        "yours",
        "Submit again if you still want the video.",
    ),
    "Unauthorized": ("key refused", "The gateway did not take the key.", "yours", _KEY),
    "Forbidden": ("not allowed", "The key is not allowed to do this.", "yours", _KEY),
    "TaskNotFound": ("not found", "The gateway does not know this task.", "yours", _SLIP),
    "task_not_exist": ("not found", "The gateway does not know this task.", "yours", _SLIP),
    "CreationNotFound": (
        "creation not found",
        "The gateway does not know this creation.",
        "yours",
        _SLIP,
    ),
    "NotFound": ("not found", "The gateway does not know what was asked for.", "yours", _SLIP),
    "Conflict": (
        "conflict",
        "The request stood against the state that the task was in.",
        "yours",
        "Look at the task's state, then submit again.",
    ),
    "QuotaExceeded": ("quota used up", "The account's quota is used up.", "yours", _WAIT),
    "TooManyRequests": ("too many requests", "Too many requests came at once.", "yours", _WAIT),
    "SystemThrottling": (
        "Vidu is throttling",
        "Vidu is taking fewer tasks at the moment.",
        "Vidu's",
        "Submit again in a few minutes.",
    ),
    "InternalServiceFailure": (
        "fault at Vidu",
        "Something broke inside Vidu.",
        "Vidu's",
        "Submit again; if it fails again, give the task id and the trace to Vidu's support.",
    ),
}


def _folded(code: str) -> str:
    return "".join(filter(str.isalnum, code)).lower()


_BY_FOLDED = {_folded(code): words for code, words in _KNOWN.items()} | {
    _folded(alias): _KNOWN[code]
    for alias, code in (("UserCanceled", "UserCancelled"), ("Cancelled", "Canceled"))
}

KNOWN_CODES = tuple(_KNOWN)
"""Every code that is explained here, as its source writes it."""


def explain(code: str, message: str = "") -> Failure | None:
    """Explain a failure code; None if there is neither a code nor a message.

    Matched without regard to case and underscores. What is not known passes through as the
    gateway's own words, without secrets.
    """
    shown, said = _words(code, 200), _words(message, 500)
    if not shown and not said:
        return None
    known = _BY_FOLDED.get(_folded(shown))
    if known is not None:
        cell, what, move, todo = known
        is_news = said and _folded(said) != _folded(shown)
        return Failure(shown, cell, f"{what} {_quoted(said)}" if is_news else what, move, todo)
    words = shown if not said or said == shown else f"{shown}: {said}" if shown else said
    return Failure(
        code=shown,
        cell=inert(shown or said, CELL_WIDTH),
        what=_quoted(words),
        move="the gateway's",
        todo="Ask the gateway's support what it means, with the task id and the trace.",
    )


def _words(text: str, limit: int) -> str:
    return inert(redact(inert(text)), limit)


def _quoted(words: str) -> str:
    return "The gateway says: “" + words.removesuffix(".") + "”."
