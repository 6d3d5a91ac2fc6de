"""When sources are visited, and how a round of visits is run."""
