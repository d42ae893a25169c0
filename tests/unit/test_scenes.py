"""The drawn streets: fixed by the seed, all different, and with what a street has."""

import numpy as np

from explorer.train.scenes import draw_scenes


def test_a_seed_fixes_the_scenes_and_another_gives_others():
    scenes = draw_scenes(20, seed=4)
    assert scenes.shape == (20, 32, 64, 3)
    assert scenes.dtype == np.uint8
    np.testing.assert_array_equal(scenes[:7], draw_scenes(7, seed=4))
    assert not np.array_equal(scenes, draw_scenes(20, seed=5))
    assert len({scene.tobytes() for scene in scenes}) == 20


def test_every_scene_has_a_sky_above_a_road_with_a_dashed_lane():
    for scene in draw_scenes(50, seed=1).astype(int):
        road = scene[-1]
        assert (np.ptp(road, axis=1) < 90).all()  # the asphalt is nearly grey
        lane = max(range(24, 31), key=lambda row: scene[row].sum(axis=1).std())
        bright = scene[lane].sum(axis=1) > road.sum(axis=1) + 60
        assert 0.4 < bright.mean() < 0.8
        assert np.abs(np.diff(bright.astype(int))).sum() >= 8  # dashes
        assert scene[0].sum() != scene[-1].sum()


def test_the_hours_differ_from_night_to_day():
    zenith = draw_scenes(300, seed=2)[:, 0, :, :].mean(axis=(1, 2))
    assert zenith.min() < 25
    assert zenith.max() > 120
