"""One answer holds every script, each after those that it needs."""

import re

import pytest
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from explorer.ui.scripts import ENTRY, FOLDER, answer_script, join_modules
from tests.support.each import each

CLIENT = TestClient(Starlette(routes=[Route("/page.js", answer_script)]))


def test_every_script_of_the_page_is_there_once_and_none_is_asked_for():
    text = join_modules(FOLDER, ENTRY)
    names = {path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.js")}
    headings = re.findall(r"^// ([\w/]+\.js)$", text, re.MULTILINE)
    apart = {"contract.js", "language.js"}  # types, which nothing runs; and a part of the head
    assert sorted(headings) == sorted(names - apart)
    assert re.findall(r"^import .*", text, re.MULTILINE) == []
    assert re.findall(r"^export .*", text, re.MULTILINE) == [
        "export const { mount, listen } = $main;"
    ]


def test_a_name_that_is_imported_is_exported_before():
    text, given = join_modules(FOLDER, ENTRY), {}
    for line in re.finditer(
        r"^const \{(?P<names>[^}]*)\} = (?P<module>\$\w+);$"
        r"|^const (?P<own>\$\w+) = \(\(\) => \{$"
        r"|^return \{ (?P<exports>.*) \};\n\}\)\(\);$",
        text,
        re.MULTILINE,
    ):
        if line["own"]:
            last = line["own"]
        elif line["module"]:
            names = {name.partition(":")[0].strip() for name in line["names"].split(",")}
            assert names - {""} <= given[line["module"]]
        else:
            given[last] = set(line["exports"].split(", "))
    assert len(given) > 80


def modules(folder, **sources: str):
    for name, source in sources.items():
        (folder / f"{name}.js").write_text(source)
    return join_modules(folder, "main.js")


def test_modules_are_joined_in_the_order_in_which_they_need_each_other(tmp_path):
    joined = modules(
        tmp_path,
        main='import { a as b, c } from "./one.js";\n\nexport function mount() {\n  b(c);\n}\n',
        one="export const c = import.meta.url;\nexport async function a() {}\n",
    )
    assert joined == (
        "// one.js\n"
        "const $one = (() => {\n"
        'const c = new URL("static/js/one.js", import.meta.url);\n'
        "async function a() {}\n"
        "return { c, a };\n"
        "})();\n"
        "// main.js\n"
        "const $main = (() => {\n"
        "const { a: b, c } = $one;\n\n"
        "function mount() {\n"
        "  b(c);\n"
        "}\n"
        "return { mount };\n"
        "})();\n"
        "export const { mount } = $main;\n"
    )


@each(
    ("source", "said"),
    [
        ('import { b } from "./main.js";\nexport const a = 1;\n', "main.js -> one.js -> main.js"),
        ("export let a = 1;\n", "one.js: export let"),
        ("export const a = 1,\n  b = 2;\n", "one.js: export const a = 1,"),
        ("export default 1;\n", "one.js: export default"),
        ('import x from "./two.js";\nexport const a = 1;\n', "one.js: import x"),
    ],
)
def test_what_would_be_joined_wrongly_is_refused(tmp_path, source, said):
    main = 'import { a } from "./one.js";\n\nexport const mount = a;\n'
    with pytest.raises(ValueError, match=re.escape(said)):
        modules(tmp_path, main=main, one=source)


def test_what_a_browser_has_is_not_sent_again():
    first = CLIENT.get("/page.js")
    assert first.headers["content-type"].startswith("text/javascript")
    assert first.headers["cache-control"] == "no-cache"
    tag = first.headers["etag"]
    again = CLIENT.get("/page.js", headers={"If-None-Match": tag})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert CLIENT.get("/page.js", headers={"If-None-Match": '"other"'}).status_code == 200
