"""Benchmarks: not tests, run by hand, each a module of its own: python -m tests.bench.matching."""
