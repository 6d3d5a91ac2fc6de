"""Keep the archive small and whole: pruning, integrity checks, numbers of its condition."""
