"""A discriminator has won where its loss stays near 0; passing by there is a healthy run."""

from explorer.train.balance import SUSTAINED_STEPS, discriminator_has_won
from tests.support.each import each

# Step and discriminator's loss, as runs with seed 0 reported them; some of the reports.
D16 = """
1:1.63 55:0.05 116:0.04 175:0.04 235:0.06 296:0.08 357:0.1 417:0.12 477:0.33 536:0.23
593:0.2 657:0.2 718:0.18 778:0.15 826:0.26 870:0.22 907:0.23 951:0.2 995:0.21 1048:0.16
1097:0.2 1145:0.19 1191:2.03 1235:0.21 1278:0.32 1326:0.27 1369:0.19 1403:0.24 1444:0.25
1492:0.25 1548:0.24 1598:0.24 1650:0.58 1689:0.2 1728:0.26 1762:0.24 1797:0.24 1855:0.27
1908:0.28 1968:0.28 2025:0.38 2083:0.29 2143:0.3 2203:0.33 2262:0.33 2338:0.33 2417:0.31
2480:0.3 2542:0.29 2602:0.32 2663:0.43 2723:0.3 2785:0.37 2850:0.3 2914:0.31 2972:0.31
"""  # --upsample_dim 16
D16_FAST = """
1:1.63 14:0.18 27:0.23 49:0.05 56:0.65 74:1.03 92:0.33 108:0.51 113:0.24 125:0.19 142:0.28
153:0.16 171:0.41 182:0.21 204:3.73 227:36.25 234:23.63 245:3 264:0.32 279:0.24 292:0.28
310:0.21 329:0.27 339:0.41 361:0.24 383:0.43 410:0.54 431:0.33 441:0.23 451:0.22 474:0.27
488:0.26 511:1.74 533:0.27 551:0.37 570:0.32 582:0.33 600:0.2
"""  # --upsample_dim 16 --learning_rate 0.005
D64 = """
1:1.54 11:0.26 26:0.09 41:0.06 59:0.08 73:0.09 94:0.08 107:0.1 130:0.18 152:0.13 170:0.23
175:0.12 203:0.18 215:0.15 234:0.19 256:0.21 274:0.25 295:0.31 309:0.33 325:0.34 344:0.29
362:0.42 374:0.33 393:0.34 408:0.43 428:0.37 441:0.33 455:0.32 473:0.44 495:0.41 510:0.4
524:0.47 540:0.41 562:0.42 585:0.3
"""  # the defaults
WEAK = """
1:1.38 56:0.05 112:0.41 172:0.13 236:0.12 300:0.08 366:0.05 433:0.05 500:0.11 573:0.05
643:0.14 712:0.08 786:0.06 857:0.03 929:0.02 997:0.03 1069:0.35 1147:0.04 1225:0.02
1298:0.03 1371:0.04 1442:0.05 1516:0.05 1591:0.02 1657:0.02 1734:0.03 1805:0.04 1878:0.02
1951:0.03 2025:0.02 2091:0.03 2156:0.03 2232:0.02 2307:0.03 2382:0.02 2456:0.02 2530:0.03
2601:0.03 2672:0.02 2743:0.02 2813:0.02 2884:0.08 2950:0.03 3024:0.04 3091:0.1 3150:0.02
3215:0.03 3276:0.03 3345:0.01 3413:0.02 3477:0.03 3534:0.03
"""  # --upsample_dim 8 --kernel_size 1 --learning_rate 0.001


def points(recorded: str) -> list[dict]:
    pairs = [entry.split(":") for entry in recorded.split()]
    return [{"step": int(step), "discriminator": float(loss)} for step, loss in pairs]


def told_at(run: list[dict]) -> list[int]:
    """The steps at which the page would say that the discriminator has won."""
    return [run[at]["step"] for at in range(len(run)) if discriminator_has_won(run[: at + 1])]


@each("recorded", {"D 16": D16, "fast": D16_FAST, "D 64": D64})
def test_a_healthy_run_is_never_told_that_it_is_lost(recorded):
    assert told_at(points(recorded)) == []


def test_a_healthy_run_passes_near_zero_for_long():
    """So a few losses near 0 in a row tell nothing."""
    near = [point["step"] for point in points(D16) if point["discriminator"] <= 0.1]
    assert near[-1] - near[0] > 200


def test_a_generator_too_weak_to_catch_up_is_told():
    told = told_at(points(WEAK))
    assert told[0] > SUSTAINED_STEPS
    assert points(WEAK)[-1]["step"] in told


def test_it_takes_its_time_and_is_taken_back():
    low = [{"step": at, "discriminator": 0.01} for at in range(10, 2001, 10)]
    assert told_at(low)[0] == SUSTAINED_STEPS + 10
    risen = low + [{"step": at, "discriminator": 0.5} for at in range(2010, 2600, 10)]
    assert not discriminator_has_won(risen)


def test_a_loss_that_is_not_finite_is_no_victory():
    low = [{"step": at, "discriminator": 0.01} for at in range(10, 2001, 10)]
    assert not discriminator_has_won([*low, {"step": 2010, "discriminator": None}])
    assert not discriminator_has_won([])
