"""One answer holds every stylesheet, each named as the script that it dresses."""

from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from explorer.ui.routes import ASSETS
from explorer.ui.styles import STYLES, answer_styles

CLIENT = TestClient(Starlette(routes=[Route("/styles.css", answer_styles)]))


def test_every_stylesheet_is_served_once_in_its_order():
    files = sorted((ASSETS / "css").rglob("*.css"))
    names = [path.relative_to(ASSETS / "css").with_suffix("").as_posix() for path in files]
    assert sorted(STYLES) == sorted(names)
    answer = CLIENT.get("/styles.css")
    assert answer.headers["content-type"].startswith("text/css")
    texts = [(ASSETS / "css" / f"{name}.css").read_text(encoding="utf-8") for name in STYLES]
    places = [answer.text.index(text) for text in texts]
    assert places == sorted(places)
    assert len(answer.text) == sum(map(len, texts)) + len(texts) - 1


def test_a_stylesheet_is_named_as_the_script_or_the_folder_of_scripts_that_it_dresses():
    scripts = ASSETS / "js"
    missing = [
        name
        for name in STYLES
        if name not in ("base", "gradio", "dock")
        and not (scripts / f"{name}.js").exists()
        and not (scripts / name).is_dir()
    ]
    assert missing == []


def test_what_a_browser_has_is_not_sent_again():
    first = CLIENT.get("/styles.css")
    assert first.headers["cache-control"] == "no-cache"
    tag = first.headers["etag"]
    again = CLIENT.get("/styles.css", headers={"If-None-Match": tag})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert CLIENT.get("/styles.css", headers={"If-None-Match": '"other"'}).status_code == 200
