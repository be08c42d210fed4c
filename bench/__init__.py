"""Benchmarks: each figure stands beside a baseline of the same run, because a machine's speed is nobody's achievement."""
