"""A fast drag: whatever was skipped on the way, the end is what the controls say."""

from explorer.link import write_link
from explorer.schema import read_state
from tests.browser.truth import assert_focus_is_true
from tests.support.each import each

# Fires input events without waiting; returns the last state painted when all has come to rest.
DRAG = """async (moves) => {
  let last = null, painted = 0;
  document.querySelector('.explorer').addEventListener('painted', (event) => {
    last = event.detail; painted += 1;
  });
  let rest = null;
  for (const [field, value] of moves) {
    const slider = document.querySelector(`#field-${field} input[type=range]`);
    slider.value = value;
    slider.dispatchEvent(new Event('input', { bubbles: true }));
    rest = { ...rest, [field]: Number(slider.value) };
    await new Promise((done) => setTimeout(done, 2));
  }
  const agrees = ([field, value]) => last[field] === value;
  const busy = () => document.querySelector('.explorer').getAttribute('aria-busy') === 'true';
  const settled = () => last && !busy() && Object.entries(rest).every(agrees);
  const end = performance.now() + 15000;
  while (!settled() && performance.now() < end) await new Promise((done) => setTimeout(done, 20));
  return { last, painted, wanted: rest };
}"""

DRAGS = {
    "upsample_dim": [("upsample_dim", 8 + 4 * at) for at in range(30)],
    "base_width": [("base_width", 1 + at % 16) for at in range(30)],
    "two interleaved": [
        move for at in range(15) for move in (("kernel_size", 2 + at % 5), ("C", 1 + at % 7))
    ],
    "structure and z": [
        move for at in range(15) for move in (("upsample_blocks", 1 + at % 4), ("z_scale", at / 10))
    ],
}


@each("moves", DRAGS)
def test_paint_link_and_controls_agree_after_a_drag(live, moves):
    live.show("upsample_dim=24")
    for field, _ in moves:
        live.reveal(field)
    result = live.page.evaluate(DRAG, moves)
    state, wanted = result["last"], result["wanted"]
    assert {field: state[field] for field in wanted} == wanted
    assert result["painted"] <= len(moves)
    for field, value in wanted.items():
        assert float(live.box(field)) == value
        assert float(live.page.input_value(f"#field-{field} input[type=range]")) == value
    live.wait_for_link(write_link(read_state(state)))
    assert_focus_is_true(live, state)


def test_a_drag_over_a_refused_value_ends_on_the_good_one(live):
    live.show("upsample_blocks=1&base_height=2")
    live.reveal("base_height")
    moves = [("base_height", value) for value in (2, 1, 2, 1, 2, 1, 4)]
    result = live.page.evaluate(DRAG, moves)
    assert result["last"]["base_height"] == 4
    assert live.page.locator(".alerts .alert").is_hidden()
    assert_focus_is_true(live, result["last"])
