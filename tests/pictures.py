"""Diagrams for tests: our own plan, sixty sprints, and titles that are hard to typeset."""

from collections.abc import Callable

import pytest

from masterplan.render.diagrams.dependencies import dependency_scene, draw_dependencies
from masterplan.render.diagrams.fluid import render_fluid
from masterplan.render.diagrams.layout import Orientation
from masterplan.render.diagrams.nodes import Look, Node
from masterplan.render.diagrams.scene import Arrow, Caption, Scene
from masterplan.render.diagrams.svg import render
from masterplan.render.diagrams.weeks import Moment, Scale, WeekBar, WeekLane, week_scene

CAPTION = Caption("What needs what", "Six sprints in three phases.", "needs")
STATES: tuple[Look, ...] = ("planned", "ready", "active", "blocked", "done", "dropped")
PHASES = ("Phase 1: Foundation", "Phase 2: Performance", "Phase 3: Heavy Lifting")
SEED_NODES = tuple(
    Node(id_, f"Sprint {id_}", title, f"../sprints/{id_}/", phase, "Planned", "planned", risk, level)
    for id_, title, phase, risk, level in (
        ("1", "Database Optimization", 0, "Low risk", 2),
        ("2", "Error Handling & Logging", 0, "Low risk", 2),
        ("3", "SSE Consolidation", 1, "Medium risk", 3),
        ("4", "Request Batching", 1, "Medium risk", 3),
        ("5", "Image Processing", 2, "High risk", 4),
        ("6", "HTTP Compression", 0, "Very low risk", 1),
    )
)
SEED_LINKS = (
    Arrow("1", "4", "hard", "needs prepared statements"),
    Arrow("2", "5", "hard", "needs error logging", critical=True),
)
ODD_TITLES = (
    "A title that explains in every detail what this sprint is going to do for everyone on the platform",
    "Supercalifragilisticexpialidocious_image_processing/src/services.py",
    "データベースの最適化と準備済みステートメントの導入、そしてログ",
    "数据库优化与预处理语句",
    "إعادة هيكلة قاعدة البيانات وتحسين الأداء العام للنظام",
    "אופטימיזציה של מסד הנתונים וטיפול בשגיאות",
    "👩‍💻 Team 👨‍👩‍👧‍👦 ships 🚀🔥✅ features 🇩🇪 ⚠️",
    'Größenänderung & <b>Übermäßig</b> "quoted" `code`',
    "W" * 40,
    "Оптимизация базы данных и журналирование ошибок",
    "데이터베이스 최적화 및 로깅",
    "e\u0301" * 60,
)


def sixty() -> tuple[list[Node], list[Arrow]]:
    """Sixty sprints in six phases; most need one of the previous phase, some one further back or in the same phase."""
    nodes = [
        Node(
            str(at),
            f"Sprint {at}",
            f"{SEED_NODES[at % 6].title} {at}",
            f"{at}/",
            at // 10,
            "In progress",
            STATES[at % 6],
            "Medium risk",
            at % 6,
            critical=at % 10 == 3,
        )
        for at in range(60)
    ]
    needed = [(at, at - 10) for at in range(10, 60)]
    needed += [(at, at // 10 * 10 - 10 + (3 * at + at // 10) % 10) for at in range(12, 60, 3)]
    needed += [(at, at // 10 * 10 - 20 + (at + 2) % 10) for at in range(21, 60, 4)]
    needed += [(at, at - 1) for at in range(12, 60, 5)]
    links = [Arrow(str(b), str(a), "soft" if a % 3 else "hard", f"reason {a}") for a, b in needed]
    return nodes, links


def seed_scene(direction: Orientation = "LR") -> Scene:
    return dependency_scene(SEED_NODES, SEED_LINKS, PHASES, CAPTION, direction)


def sixty_scene(direction: Orientation = "TB") -> Scene:
    nodes, links = sixty()
    return dependency_scene(nodes, links, [f"Phase {at}" for at in range(6)], CAPTION, direction)


def odd_scene(direction: Orientation = "LR") -> Scene:
    nodes = [
        Node(str(at), title if at % 3 else f"Sprint {at}", title, f"{at}/", at // 4, title, "active", "Risk", 2)
        for at, title in enumerate(ODD_TITLES)
    ]
    links = [Arrow(str(at), str(at + 4), "soft", ODD_TITLES[at][:24]) for at in range(8)]
    return dependency_scene(nodes, links, ODD_TITLES[2:5], CAPTION, direction)


def odd_weeks() -> Scene:
    bars = [
        WeekBar(at % 7 + 1, at % 7 + 1 + at % 3, title, f"{at}/", key=str(at)) for at, title in enumerate(ODD_TITLES)
    ]
    lanes = [WeekLane(ODD_TITLES[at], bars[at : at + 6]) for at in range(0, 12, 3)]
    return week_scene(
        lanes,
        Scale(9, moments=[Moment(3.3, "Today")]),
        CAPTION,
        [Arrow("0", "5", "hard", "first"), Arrow("7", "2", "soft")],
    )


def svg_of(scene: Scene) -> str:
    return render_fluid(scene) if scene.fluid else render(scene)


def svg_of_sixty() -> str:
    nodes, links = sixty()
    return draw_dependencies(nodes, links, [f"Phase {at}" for at in range(6)], CAPTION, "TB")


SCENES: dict[str, Callable[[], Scene]] = {
    "seed, left to right": seed_scene,
    "seed, top-down": lambda: seed_scene("TB"),
    "sixty sprints": sixty_scene,
    "odd titles": odd_scene,
    "odd titles, top-down": lambda: odd_scene("TB"),
    "odd weeks": odd_weeks,
}
each_scene = pytest.mark.parametrize("make", SCENES.values(), ids=SCENES)
