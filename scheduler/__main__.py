"""`python -m scheduler` is `futurewatch`."""

from scheduler.cli import main

main(prog_name="futurewatch")
