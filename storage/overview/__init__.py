"""What pages and reports show at a glance: announcements, sources, deliveries, a day. Reads only."""
