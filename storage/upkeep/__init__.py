"""Keep the archive small and sound: prune it, check its integrity, report its condition."""
