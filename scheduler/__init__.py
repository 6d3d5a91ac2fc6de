"""Run the program: visit sources when they are due, deliver alerts, watch itself, answer commands."""
