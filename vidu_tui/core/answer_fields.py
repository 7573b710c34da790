"""Which fields an answer has, and how much of each is kept. Knows not how one is read."""

from vidu_tui.core.task import AssetKind

PAYLOAD_SHOWN = 200
"""Characters of the echoed payload that a Board holds; an answer may echo a whole megabyte."""

LINKS = {
    "url": AssetKind.VIDEO,
    "watermarked_url": AssetKind.WATERMARKED,
    "cover_url": AssetKind.COVER,
    "speech_url": AssetKind.SPEECH,
    "sound_url": AssetKind.SOUND,
    "bgm_url": AssetKind.BGM,
}
"""The field of a creation in which each kind of link stands."""
TASK_FIELDS = frozenset(
    {"state", "err_code", "err_msg", "fail_reason", "creations", "id", "credits", "progress"}
    | {"payload", "bgm", "audio", "off_peak", "cus_priority", "duration"}
    | {"type", "model", "resolution", "aspect_ratio", "template"}
)
MAX_CREATIONS = 100
"""Of one task; a real one has a handful, and each is looked at whenever its row is drawn."""
LONGEST_TEXT = 4000
"""Characters of any text of an answer: it stands in memory and in the ledger for each task."""
MOST = 10**18
"""No credits, no seconds and no per cent of anything are as many as that."""
