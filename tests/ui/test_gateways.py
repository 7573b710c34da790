"""Tasks of several gateways on one screen: which is whose, everywhere."""

from tests.ui import look, stage
from tests.ui.scenes import mixed
from tests.ui.test_keys import main, on_stage
from vidu_tui.core.board import Board, Health, HealthKind
from vidu_tui.core.cells import title
from vidu_tui.core.task import TaskKey
from vidu_tui.ui.messages import HookFailed
from vidu_tui.ui.options import Options
from vidu_tui.ui.widgets.heads import Heads

WIDE = (190, 40)
HERO = "hero shot"


def two(board: Board) -> Board:
    """Put the same id on another gateway too."""
    hero = stage.named(board, HERO)
    twin = hero._replace(key=TaskKey("vidu", hero.key.id), label="hero abroad", files=())
    health = (*board.health, Health("vidu", kind=HealthKind.OK, latency_ms=90, polled_at=stage.NOW))
    return board._replace(entries={**board.entries, twin.key: twin}, health=health)


def row(text: str, words: str) -> str:
    return next(line for line in text.splitlines() if words in line)


async def test_a_column_says_whose_task_it_is_and_goes_when_it_is_not_needed() -> None:
    board = mixed()
    async with on_stage(board, size=WIDE) as (pilot, app, engine):
        heads = main(app).query_one(Heads)
        assert "gateway" not in look.rows(app)[heads.region.y]
        engine.show(two(board))
        await look.settle(pilot)
        assert "gateway" in look.rows(app)[heads.region.y]
        assert "vidu " in row(look.text(app), "hero abroad").partition("hero abroad")[2]
        assert "theturbo" in row(look.text(app), HERO).partition(HERO)[2]
        engine.show(board)
        await look.settle(pilot)
        assert "gateway" not in look.rows(app)[heads.region.y]


async def test_the_filter_finds_by_gateway() -> None:
    async with on_stage(two(mixed()), size=WIDE) as (pilot, app, _):
        await look.press(pilot, "/", *"gateway:vidu", "enter")
        await look.settle(pilot)
        order = main(app).table.finder.order
        assert [title(app.board.entries[key]) for key in order] == ["hero abroad"]


async def test_it_can_be_sorted_by() -> None:
    async with on_stage(two(mixed()), size=WIDE) as (pilot, app, _):
        await look.press(pilot, "s", "G", "enter")
        await look.settle(pilot)
        assert main(app).wish.sort.column == "gateway"
        assert main(app).table.finder.order[-1].gateway == "vidu"
        assert "gateway▲" in look.rows(app)[main(app).query_one(Heads).region.y]
        await look.press(pilot, "s", "enter")
        await look.settle(pilot)
        assert main(app).table.finder.order[0].gateway == "vidu"


async def test_the_same_id_on_two_gateways_is_marked_and_removed_as_two() -> None:
    board = two(mixed())
    hero = stage.named(board, HERO).key
    async with on_stage(board, size=WIDE) as (pilot, app, engine):
        table = main(app).table
        table.cursor = TaskKey("vidu", hero.id)
        await look.press(pilot, "space")
        assert table.marks == {TaskKey("vidu", hero.id)}
        await look.press(pilot, "x")
        await look.settle(pilot)
        assert engine.told("remove") == [[TaskKey("vidu", hero.id)]]


async def test_each_gateway_has_a_banner_and_takes_its_own_key() -> None:
    board = two(mixed())
    for name in ("theturbo", "vidu"):
        refused = Health(name, kind=HealthKind.REFUSED, line=f"{name} refused the key (401).")
        board = board.with_health(refused)
    async with on_stage(board, size=WIDE) as (pilot, app, engine):
        text = look.text(app)
        assert "theturbo refused the key (401)." in text
        assert "+1" in row(text, "refused the key")
        await look.press(pilot, "K")
        await look.settle(pilot)
        assert "theturbo wants an API key" in look.text(app)
        await look.press(pilot, "escape")
        engine.show(board.with_health(Health("theturbo", kind=HealthKind.OK)))
        await look.settle(pilot)
        await look.press(pilot, "K")
        await look.settle(pilot)
        assert "vidu wants an API key" in look.text(app)
        assert "VIDU_API_KEY" not in look.text(app), "it speaks for another gateway"


async def test_a_link_picks_its_gateway_by_its_origin() -> None:
    options = Options(
        gateway="theturbo", known_origins={"https://api.vidu.com": "vidu"}, auto="off"
    )
    new = "940121773009244160"
    async with on_stage(mixed(), options=options, size=WIDE) as (pilot, _app, engine):
        await look.paste(pilot, f"https://api.vidu.com/ent/v2/tasks/{new}/creations")
        await look.settle(pilot)
        await look.press(pilot, "enter")
        await look.settle(pilot)
        assert engine.told("add") == [[(TaskKey("vidu", new), "")]]


async def test_a_gateway_that_nobody_named_is_not_in_the_header_until_it_is_asked() -> None:
    board = mixed().with_health(Health("vidu"))
    options = Options(gateway="theturbo", unasked=frozenset({"vidu"}), auto="off")
    async with on_stage(board, options=options, size=WIDE) as (pilot, app, engine):
        assert "● vidu" not in look.rows(app)[0]
        engine.show(board.with_health(Health("vidu", kind=HealthKind.OK, polled_at=stage.NOW)))
        await look.settle(pilot)
        assert "● vidu" in look.rows(app)[0]


async def test_a_failed_hook_is_a_toast_and_harmless() -> None:
    async with on_stage(size=WIDE) as (pilot, app, _):
        app.post_message(HookFailed("The hook post.sh failed with exit status 3 [/nope]\x1b[31m"))
        await look.settle(pilot)
        assert "The hook post.sh failed with exit status 3 [/nope]" in look.text(app)
