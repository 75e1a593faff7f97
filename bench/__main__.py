"""`python -m bench …` is `flask bench …` without an installation."""

from bench.commands import bench

bench(prog_name="bench")
