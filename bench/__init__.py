"""Benchmarks: each figure stands beside a baseline of the same run, because machines differ."""

BENCHMARKS = ("acknowledgements", "pickup", "calls", "hostile", "recovery", "idle", "dashboard", "search", "pages")
"""Modules of this folder that measure: each has NAME, steps(scale) and run(scale, tell), in the order of a full run."""
