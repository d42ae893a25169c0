"""JavaScript names no op, stage or page: the server sends what it needs."""

import re

from explorer import GeneratorConfig
from explorer.model.ops import OPS
from explorer.model.stages import stages
from explorer.ui.pages import PAGES
from explorer.ui.scripts import FOLDER

# A word that is such a name and means something else: file, word -> what it means.
REASONS = {
    ("heatmap_plot.js", "shapes"): "what Plotly draws over a map",
    ("history.js", "z"): "a key of the keyboard",
    ("latent.js", "z"): "the letter of the vector that is drawn here",
    ("given.js", "input"): "an element of HTML",
    ("latent_vector.js", "input"): "an element of HTML",
    ("run.js", "train"): "a route",
    ("train/moments.js", "input"): "an element of HTML",
    ("shapes/tables.js", "crop"): "a column of the ledger",
    ("tracer/given.js", "z"): "the letter of the latent vector",
    ("weight_files.js", "input"): "an element of HTML",
}


def names() -> set[str]:
    """All ops and pages; stages with their blocks, numbered ones also without the number."""
    plan = stages(GeneratorConfig())
    blocks = {stage.block for stage in plan}
    families = {block.rstrip("0123456789") for block in blocks}
    return {*OPS, *PAGES, *(stage.name for stage in plan), *blocks, *families}


QUOTED = re.compile(f"([\"'`])({'|'.join(map(re.escape, names()))})\\1")


def named(source: str) -> set[str]:
    return {name for _, name in QUOTED.findall(source)}


def found() -> set[tuple[str, str]]:
    return {
        (path.relative_to(FOLDER).as_posix(), name)
        for path in FOLDER.rglob("*.js")
        for name in named(path.read_text(encoding="utf-8"))
    }


def test_no_script_names_an_op_a_stage_or_a_page():
    assert found() - REASONS.keys() == set()


def test_no_reason_is_given_without_need():
    assert REASONS.keys() - found() == set()


def test_a_name_is_found_and_nothing_else():
    assert named('why.op === "conv2d" || page === `maps`') == {"conv2d", "maps"}
    assert named("go('fc1/reshape'); name.startsWith(\"upsample\"); fc1") == {
        "fc1/reshape",
        "upsample",
    }
    assert named('t("pages.maps"); el("div", { class: "maps-page" }); view.output') == set()
