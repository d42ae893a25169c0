"""Both languages: equal keys and placeholders, every page in the reader's language, nothing raw."""

import json
import re

import pytest

from explorer.schema import FIELDS
from tests.support.app_server import ROOT
from tests.support.explorer_page import ExplorerPage

PAGES = FIELDS["page"].choices
HAN = re.compile(r"[\u4e00-\u9fff]")
# A state in which many sentences appear at once.
BUSY = "training=true&upsample_dim=100&kernel_size=1&output_kernel=5&C=8"


def words(language: str) -> dict[str, str]:
    path = ROOT / "assets" / "locales" / f"{language}.json"
    return flat(json.loads(path.read_text(encoding="utf-8")))


def flat(node: dict | str, prefix: str = "") -> dict[str, str]:
    if isinstance(node, str):
        return {prefix: node}
    return {
        key: text
        for name, child in node.items()
        for key, text in flat(child, f"{prefix}.{name}" if prefix else name).items()
    }


ENGLISH = words("en")
RAW_KEY = re.compile(
    r"(?<![\w/.])(?:" + "|".join(sorted({key.split(".")[0] for key in ENGLISH})) + r")\.[a-z_]{2,}"
)
PLACEHOLDER = re.compile(r"\{(\w+)\}")


def test_both_files_have_the_same_keys():
    assert set(words("zh-CN")) == set(ENGLISH)


def test_every_sentence_has_the_same_placeholders():
    chinese = words("zh-CN")
    different = {
        key
        for key, text in ENGLISH.items()
        if set(PLACEHOLDER.findall(text)) != set(PLACEHOLDER.findall(chinese.get(key, "")))
    }
    assert different == set()


def test_no_sentence_is_empty():
    empty = [key for key, text in words("zh-CN").items() if not text and ENGLISH[key].strip()]
    assert empty == []


@pytest.fixture(params=["en-US", "zh-CN"])
def context_options(request) -> dict:
    return {} if request.param == "en-US" else {"locale": request.param}


@pytest.fixture
def reader(live_there, context_options):
    """A page in one language."""
    return live_there, context_options.get("locale", "en")[:2]


def visible_text(page: ExplorerPage) -> str:
    page.page.evaluate(
        "document.querySelectorAll('details').forEach((fold) => { fold.open = true; })"
    )
    labels = page.page.evaluate(
        "() => [...document.querySelectorAll('.explorer *')].flatMap((node) =>"
        "['aria-label', 'title', 'placeholder', 'alt', 'data-title'].map((name) =>"
        "node.getAttribute(name) ?? ''))"
    )
    return "\n".join([page.page.locator(".explorer").inner_text(), *filter(None, labels)])


def test_a_page_speaks_one_language(reader, subtests):
    """In Chinese every page: a text that no locale file holds is told by its letters."""
    for name in PAGES if reader[1] == "zh" else PAGES[:2]:
        with subtests.test(page=name):
            assert_speaks_one_language(*reader, name)


def assert_speaks_one_language(page: ExplorerPage, language: str, name: str):
    page.show(f"{BUSY}&page={name}")
    text = visible_text(page)
    assert RAW_KEY.findall(text) == []
    assert PLACEHOLDER.findall(text) == []
    assert "undefined" not in text
    sentences = page.page.locator(
        "#pages .drawn p, .diagnostics li, .help:not(.mono), .info-text, .lead, [role=tab],"
        "h2:not(.stage-title)"
    )
    least = 24 if language == "en" else 12  # shorter texts may be names alone
    shown = [text for text in sentences.all_inner_texts() if len(text) > least]
    assert len(shown) > 15
    for sentence in shown:
        assert bool(HAN.search(sentence)) is (language == "zh"), sentence


def test_marks_and_messages_speak_the_language(reader):
    page, language = reader
    assert page.page.evaluate("document.documentElement.lang")[:2] == language
    page.show("training=true&channel=2")
    message = page.refuse("z_seed", "-1")
    assert "z_seed" in message
    mark = page.page.locator('.card[data-stage="upsample1/actv"] .marks').inner_text()
    for text in (page.page.title(), message, mark, page.tip(".focus-map", 3, 3)):
        assert bool(HAN.search(text)) is (language == "zh"), text


@pytest.mark.parametrize("context_options", [{"locale": "zh-CN"}])
def test_gradios_controls_speak_it(live_there):
    page = live_there
    page.reveal("stride")
    assert page.page.inner_text("#new-z") == "重新采样 z"
    assert page.page.inner_text("#page-padding-button") == "填充"
    text = page.page.locator(".sidebar").inner_text()
    assert "How much each one" not in text
    helps = page.page.locator(".sidebar .info-text").all_inner_texts()
    assert len(helps) > 15
    assert [text for text in helps if not HAN.search(text)] == []
    page.refuse("z_seed", "-1")
    assert "范围" in page.mark("z_seed")


def choose_language(page: ExplorerPage, name: str):
    """In Gradio's settings, by its own name; the page begins anew."""
    page.page.locator("footer button.settings").click()
    box = page.page.get_by_role("combobox", name="Language")
    box.click()
    with page.page.expect_navigation():
        page.page.get_by_role("option", name=name, exact=True).click()
    page.settle()


def texts(page: ExplorerPage) -> dict[str, str]:
    """One text each: ours, ours that Gradio shows, and Gradio's own."""
    return {
        "ours": page.page.locator("h1").inner_text(),
        "label": page.page.locator("#new-z").inner_text(),
        "gradio": page.page.locator("footer button.settings").inner_text().strip(),
    }


def assert_english(page: ExplorerPage):
    shown = texts(page)
    assert (shown["ours"], shown["label"]) == (ENGLISH["ui.title"], ENGLISH["ui.new_z"])
    assert page.page.locator(".explorer").get_attribute("lang") == "en"


@pytest.mark.parametrize("context_options", [{}])
def test_a_language_of_gradios_settings_holds_for_the_whole_page(page):
    page.open("weights=untrained&page=padding&z_seed=7")
    link = page.page.evaluate("location.hash")
    choose_language(page, "简体中文")
    shown = texts(page)
    assert all(map(HAN.search, shown.values())), shown
    assert page.page.evaluate("document.documentElement.lang") == "zh-CN"
    assert page.page.evaluate("location.hash") == link, "the view stays"
    assert page.page.locator("#pad-after").is_visible()
    assert page.slide("kernel_size", 3)["kernel_size"] == 3, "the page goes on"
    page.page.reload()
    page.settle()
    assert texts(page) == shown, "the choice is kept"
    assert_a_language_without_words_gives_english_in_our_parts(page)


def assert_a_language_without_words_gives_english_in_our_parts(page: ExplorerPage):
    choose_language(page, "Français")
    assert_english(page)
    assert texts(page)["gradio"] == "Paramètres"
