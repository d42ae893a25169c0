"""Texts that make a pattern backtrack or a parser recurse: answered at once, in every field."""

from urllib.parse import quote

from explorer.schema import FIELDS
from tests.attack.conftest import long_minutes
from tests.attack.timing import in_time
from tests.support.http_calls import post_json
from tests.support.light_visitor import LightVisitor

IN_TIME = 1  # seconds
SLOWEST_VIEW = 2  # of another visitor, seconds
SIZE = 20_000  # characters
SMALL = {"noise_dim": 4, "upsample_dim": 8, "upsample_blocks": 1}
TEXT_FIELDS = [name for name, field in FIELDS.items() if field.kind in ("text", "pads")]

USUAL_FIELDS = ("expected", "lab_tensor", "z_data", "trail", "paddings")

# What else must be chosen so that the field is read to its end.
PLACES = {
    "expected": {"page": "shapes"},
    "expected_stage": {"page": "shapes"},
    "lab_tensor": {"page": "padding", "lab_source": "typed"},
    "lab_stage": {"page": "padding", "lab_source": "stage"},
    "lab_paddings": {"page": "padding"},
    "trail": {"cell": "0,1"},
}

# Repeated until the text has its size; each also with "!" at its end, where a match must fail.
PIECES = (
    *("1   ", "1 ", "1", "0", "1,", "1, ", "1x", "1×", "1 x ", "-1 ", "?,", "None ", "None,"),
    *(" ", "\t", "\n", "\N{NO-BREAK SPACE}", "\N{ZERO WIDTH SPACE}", "\0", "\N{MINUS SIGN}1,"),
    *("[", "(", "]", "[1, ", "(1,", "[1 ", "[]", "[1, 2, 3, 4] ", "(None, 4), ", "[[1],", '{"a":'),
    *("expected ", "expected axis -1 of input shape to have value 1", "received ", "1.5e3,"),
    *("z ", "z", "upsample1/", "fc1/dense ", "upsample1/conv2d_transpose ", "conv_out/conv2d: "),
    *("~", ":", "a:0,1~", "fc1/dense:0,1~", "0,1,", "0.1.AAAA~", "0.0.~", ".", "1.1:1,", "1.1:"),
    *("A", "=", "%", "&", "run:", "file:" + "0" * 32, "1.1:e"),
    *("\N{ARABIC-INDIC DIGIT ONE}", "\N{FULLWIDTH DIGIT ONE}", "\N{SUPERSCRIPT TWO}"),
    *("é", "e\N{COMBINING ACUTE ACCENT}", "\N{EARTH GLOBE EUROPE-AFRICA}"),
)  # fmt: skip
ENDS = ("", "!")


def pieces_and_ends(is_long: bool) -> list[tuple[str, str]]:
    """Each piece with one of the ends by turns; in a long run with both."""
    pairs = [(piece, end) for piece in PIECES for end in ENDS]
    return pairs if is_long else [pair for at, pair in enumerate(pairs) if at % 4 in (0, 3)]


def texts(size: int, is_long: bool) -> list[str]:
    return [
        (piece * (size // len(piece) + 1))[:size] + end for piece, end in pieces_and_ends(is_long)
    ]


def by_state(app, field: str, text: str):
    state = SMALL | PLACES.get(field, {}) | {field: text}
    return post_json(app.url, "explorer/view", {"state": state})


def by_link(app, field: str, text: str):
    pairs = SMALL | PLACES.get(field, {}) | {field: quote(text, safe="")}
    link = "&".join(f"{name}={value}" for name, value in pairs.items())
    return post_json(app.url, "explorer/view", {"link": link})


def assert_answered_in_time(app, way, field: str, text: str):
    answer = in_time(lambda: way(app, field, text), IN_TIME, f"{field} = {text[:60]!r}")
    assert answer.status == 200, (field, text[:60], answer.body[:300])


def pytest_generate_tests(metafunc):
    """Which fields the usual run asks: unit tests time every pattern on texts of its own."""
    if "field" in metafunc.fixturenames:
        fields = TEXT_FIELDS if long_minutes(metafunc.config) else USUAL_FIELDS
        metafunc.parametrize("field", fields)


def test_any_text_is_answered_at_once(app, field, is_long):
    """Both ways lead to one reader: the usual run goes them in turns, a long one both."""
    with LightVisitor(app.url) as visitor:
        for place, text in enumerate(texts(SIZE, is_long)):
            ways = (by_state, by_link)
            for way in ways if is_long else [ways[place // 2 % 2]]:
                assert_answered_in_time(app, way, field, text)
    visitor.assert_served(SLOWEST_VIEW)


def test_the_row_of_numbers_that_froze_everybody(app):
    with LightVisitor(app.url) as visitor:
        for count in (16, 24, 64):
            for way in (by_state, by_link):
                assert_answered_in_time(app, way, "expected", "1   " * count + "!")
    visitor.assert_served(SLOWEST_VIEW)


def test_any_mixture_of_texts_is_answered_at_once(app, rounds):
    with LightVisitor(app.url) as visitor:
        for random in rounds(usual_seconds=2, at_least=15):
            size = random.choice((10, 100, 1000, 20_000, 60_000))
            few = random.sample(PIECES, random.randint(1, 3))
            text = "".join(random.choice(few) for _ in range(size))[:size]
            way, field = random.choice((by_state, by_link)), random.choice(TEXT_FIELDS)
            assert_answered_in_time(app, way, field, text)
    visitor.assert_served(SLOWEST_VIEW)


def test_pasted_vectors_are_answered_at_once(app, is_long, subtests):
    for piece, end in pieces_and_ends(is_long):
        with subtests.test(piece=piece):
            body = (piece * 20_000 + end).encode()
            answer = in_time(lambda body=body: app.ask("explorer/z", body), IN_TIME, piece)
            assert answer.status == 200
