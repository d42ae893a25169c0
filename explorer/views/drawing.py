"""What the parts of one view are drawn from, each thing made once, when the first part needs it."""

import math
from collections import defaultdict
from collections.abc import Mapping

import numpy as np

from explorer.made_once import made_once
from explorer.model.config import GeneratorConfig
from explorer.model.devices import resolve_device
from explorer.model.graph import Stage, find_stage
from explorer.model.runs import Origin, Run, run, run_changed, run_opened
from explorer.model.stages import signed_stages
from explorer.model.stopping import stop_if_unwanted
from explorer.schema import State
from explorer.views.maps import QuantizedMap, are_alike, item_map, quantize
from explorer.views.thumbnails import find_step
from explorer.views.wire import Buffers


class Drawing:
    """One view under way.

    Args:
        state: what to show.
        origin: of its weights, as they were found.
        coarse: whether large maps may come as codes, for now.
    """

    def __init__(self, state: State, origin: Origin, coarse: bool = False):
        self.state, self.origin, self.coarse = state, origin, coarse
        self.buffers = Buffers(coarse)
        self._thumbnails: dict[str, np.ndarray] = {}  # by stage

    @property
    def config(self) -> GeneratorConfig:
        """The structure that is shown."""
        return self.state.config

    @made_once
    def plan(self) -> tuple[Stage, ...]:
        """The stages of the whole batch."""
        return self.state.plan

    @made_once
    def run(self) -> Run:
        """The forward pass, or the one kept from before."""
        state, device = self.state, resolve_device(self.state["device"])
        if state.changed:
            base = state.opened or state.config
            return run_changed(state.changed, base, self.origin, state.call, device)
        if state.opened:
            return run_opened(state.opened, state.call, device)
        return run(self.config, self.origin, state.z, device)

    @made_once
    def items(self) -> dict[str, np.ndarray]:
        """The shown item of every stage, as `item_map` says."""
        return {
            stage.name: item_map(stage, self.run.stages[stage.name], self.state["item"])
            for stage in self.plan
        }

    @made_once
    def maps(self) -> dict[str, QuantizedMap]:
        """The same, quantized; a reshape moves no value, so its bytes need not be made twice."""
        made = {}
        for stage in self.plan:
            stop_if_unwanted()
            item, before = self.items[stage.name], stage.sources[:1]
            same = before and stage.op.keeps_values and item.shape == self.items[before[0]].shape
            made[stage.name] = made[before[0]] if same else quantize(item)
        return made

    def thumbnail_step(self, stage: Stage) -> int:
        """From one row, or column, that a thumbnail shows to the next; a vector shows all."""
        return self._step if len(stage.shape) == 4 else 1

    @made_once
    def _step(self) -> int:
        shapes = [stage.shape[1:] for stage in self.plan if len(stage.shape) == 4]
        strides = {stride for stage in self.plan for stride in stage.op.period}
        return find_step(shapes, math.lcm(*strides)) if shapes else 1

    def thumbnail(self, stage: Stage) -> np.ndarray:
        """A stage's codes as small as they are shown, or those of the next one of its block.

        Much of a block moves or scales what came before it: one array then serves both.
        """
        if stage.name not in self._thumbnails:
            self._make_thumbnails(stage)
        return self._thumbnails[stage.name]

    def _make_thumbnails(self, first: Stage):
        """From the end of a block back to a stage, as one may share those of the next one."""
        following = None
        for stage in reversed(self.blocks[first.block]):
            stop_if_unwanted()
            if stage.name not in self._thumbnails:
                found = self.maps[stage.name].thinned(self.thumbnail_step(stage))
                is_shared = following is not None and are_alike(found, following)
                self._thumbnails[stage.name] = following if is_shared else found
            following = self._thumbnails[stage.name]
            if stage is first:
                break

    @made_once
    def signs(self) -> Mapping[str, bool]:
        """Which stages can hold negative values."""
        return signed_stages(self.plan)

    @property
    def output(self) -> str:
        """Name of the last stage."""
        return self.plan[-1].name

    @made_once
    def blocks(self) -> Mapping[str, list[Stage]]:
        """The stages of each block, in order."""
        found = defaultdict(list)
        for stage in self.plan:
            found[stage.block].append(stage)
        return found

    @made_once
    def focused(self) -> Stage:
        """The stage in focus."""
        return self.stage(self.state["stage"])

    def stage(self, name: str) -> Stage:
        """The stage of a name."""
        return find_stage(self.plan, name)

    def exact(self, name: str) -> dict:
        """A stage's values, [height, width, channels]; their codes where these do for now."""
        if self.coarse:
            return self.buffers.coarse(self.maps[name])
        return self.buffers.map(self.items[name])
