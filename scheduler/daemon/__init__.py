"""Run the daemon: its jobs, the event loop, the monitor, the review page's process."""
