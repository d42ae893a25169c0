"""What is said of a pad's size, against the stages' shapes."""

import re

from explorer import GeneratorConfig
from explorer.model.borders import bordered
from explorer.model.stages import stages
from explorer.views.pad_rules import pad_rules
from explorer.words import english
from tests.support.each import each


@each("kernel", range(1, 9))
@each("pads", [(0, 0), (1, 2), (3, 3), (3, 4)])
def test_the_pad_says_whether_the_size_is_kept(kernel, pads):
    paddings = ((0, 0), pads, pads, (0, 0))
    config = GeneratorConfig(upsample_dim=8, output_kernel=kernel, paddings=paddings)
    *_, pad, last = plan = stages(config)
    rules = pad_rules(bordered(plan, pad), kernel)
    text = " ".join(english("pad_rules", rule["code"], rule["params"]) for rule in rules)
    before, after = pad.input_shape, last.shape
    assert ("stays" in text) == (before[1:3] == after[1:3])
    assert ("becomes" in text) == (before[1:3] != after[1:3])
    half = re.search(r"= (\d+) on each side keep the size", text)
    if kernel % 2:
        assert kernel == 2 * int(half[1]) + 1
    else:
        one, other = map(int, re.search(r"but (\d+) on one side and (\d+) on", text).groups())
        assert one + other == kernel - 1
