"""The program that runs: its jobs, the event loop, the monitor, the review site's process."""
