"""Try a key on a gateway before it is taken. Keeps neither the key nor the answer."""

from dataclasses import dataclass

from vidu_tui.core.errors import GatewayError, KeyMissing, KeyRefused, NoAnswer, NoConnection
from vidu_tui.engine.ports import Wire


@dataclass(frozen=True, slots=True)
class KeyTest:
    """What a gateway said to a key: taken, refused, or could not be asked (None)."""

    is_taken: bool | None
    line: str = ""


async def try_key(wire: Wire | None, gateway: str, key: str, task_id: str) -> KeyTest:
    """Ask a gateway for one id with a key (ux.md, "Main screen", no key)."""
    asker = next((g for g in wire.gateways if g.name == gateway), None) if wire else None
    if asker is None:
        return KeyTest(None)
    try:
        await asker.fetch(task_id, key=key)
    except KeyRefused as error:
        return KeyTest(is_taken=False, line=str(error.status))
    except (KeyMissing, NoConnection, NoAnswer) as error:
        return KeyTest(None, str(error))
    except GatewayError as error:
        return KeyTest(is_taken=True, line=str(error))
    return KeyTest(is_taken=True)
