"""Runs every benchmark, one after the other; it takes some minutes on a machine at rest."""

from tests.benchmarks import (
    bytes_per_update,
    click_explanation,
    drag,
    live_training,
    open_generator,
    slider_step,
    slow_line,
    start_time,
    trace_overhead,
)


def main():
    for benchmark in (
        slider_step,
        click_explanation,
        start_time,
        slow_line,
        drag,
        bytes_per_update,
        trace_overhead,
        open_generator,
        live_training,
    ):
        benchmark.main()


if __name__ == "__main__":
    main()
