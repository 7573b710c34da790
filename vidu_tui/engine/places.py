"""Where a file is to lie, or lies already: names, parts, numbers. Starts no transfer."""

import os
import time
from itertools import count
from typing import NamedTuple

from vidu_tui.core import links, names, text
from vidu_tui.core.board import Entry
from vidu_tui.core.files import FileKey, FileStage, FileState, Validator
from vidu_tui.core.names import Template
from vidu_tui.core.task import AssetKind
from vidu_tui.engine.archive import Archive
from vidu_tui.engine.clock import Clock
from vidu_tui.engine.ondisk import length
from vidu_tui.storage import inspection
from vidu_tui.storage.facts import FileFact

_ENDINGS = {
    AssetKind.COVER: "jpg",
    AssetKind.MODERATION: "jpg",
    AssetKind.SPEECH: "wav",
    AssetKind.SOUND: "mp3",
    AssetKind.BGM: "mp3",
}
"""What a file is called until its first bytes are there, where its link does not say."""


class Plan(NamedTuple):
    """Where one file is to lie, or lies already."""

    file: FileKey
    target: str
    validator: Validator
    saved: FileState | None


class Places:
    """Say where files lie; every method looks at the disk and blocks."""

    def __init__(self, *, clock: Clock, archive: Archive, folder: str, template: Template):
        self._clock = clock
        self._archive = archive
        self._folder = folder
        self._template = template

    def plan(self, entry: Entry, file: FileKey) -> Plan:
        """Say where a file lies, else where its part does, else name it by the template."""
        fact, state = self._archive.fact(entry.key, file), entry.file(file)
        if fact is not None:
            state = self._archive.state(entry.key, file) or state
        validator = fact.validator if fact else Validator()
        if state and state.stage in (FileStage.SAVED, FileStage.MISSING):
            if state.total is not None and length(state.path) == state.total:
                saved = state._replace(stage=FileStage.SAVED)
                return Plan(file, state.path, validator, saved)
        elif fact and self._has_part(entry, file, fact.target):
            return self._going_on(entry, fact)
        return Plan(file, self._free_target(entry, file), Validator(), None)

    def _going_on(self, entry: Entry, fact: FileFact) -> Plan:
        """Go on with a part; one that lies in another folder than is wanted now moves there."""
        folder = entry.folder or self._folder
        if os.path.dirname(fact.target) == folder:  # noqa: PTH120 - the archive keeps text
            return Plan(fact.file, fact.target, fact.validator, None)
        target = self._free_target(entry, fact.file)
        if not inspection.move(f"{fact.target}.part", f"{target}.part"):
            return Plan(fact.file, fact.target, fact.validator, None)
        self._archive.begun(fact.task, fact.file, target, fact.validator)
        return Plan(fact.file, target, fact.validator, None)

    def _has_part(self, entry: Entry, file: FileKey, target: str) -> bool:
        """Tell whether a part lies there that is this file's and no other's."""
        is_there = bool(target) and length(f"{target}.part") is not None
        return is_there and self._archive.claim(entry.key, file, target)

    def _free_target(self, entry: Entry, file: FileKey) -> str:
        """Name a file so that no two that are under way share a part."""
        name = self._name(entry, file)
        for number in count(1):
            own = name if number == 1 else names.numbered(name, number)
            target = os.path.join(entry.folder or self._folder, own)  # noqa: PTH118 - the archive keeps text
            if self._archive.claim(entry.key, file, target):
                return target
        raise AssertionError("numbers do not end")

    def _name(self, entry: Entry, file: FileKey) -> str:
        task = entry.task
        is_known = task is not None and file.creation < len(task.creations)
        creation = task.creations[file.creation] if task and is_known else None
        asset = creation.asset(file.kind, file.part) if creation else None
        ending = (asset and links.ending(asset.url)) or _ENDINGS.get(file.kind, "mp4")
        day = time.strftime("%Y-%m-%d", time.localtime(entry.added_at or self._clock.now()))
        fields = {"date": day, "label": entry.label, "id": entry.key.id}
        fields |= {"gateway": entry.key.gateway, "creation": creation.id if creation else ""}
        if task is not None:
            fields |= {
                "type": task.type,
                "model": task.model,
                "resolution": task.resolution,
                "aspect_ratio": task.aspect_ratio,
                "template": task.template,
                "duration": text.seconds(task.duration_s) if task.duration_s else "",
                "state": task.state_word,
            }
        return self._template.name(
            {name: links.redact(value) for name, value in fields.items()},
            index=file.creation + 1,
            count=len(task.creations) if task else 1,
            kind=file.kind.value,
            ext=ending,
            part=file.part + 1,
        )
