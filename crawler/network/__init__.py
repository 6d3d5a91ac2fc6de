"""Send requests: one door, turns for each host, exits that they leave by, robots.txt."""
