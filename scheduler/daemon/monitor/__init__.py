"""Let others watch the daemon: health and metrics over HTTP, a heartbeat, systemd's watchdog."""
