"""Send requests from this machine: one door, turns for each host, proxies, robots.txt."""
