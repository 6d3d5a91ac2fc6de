"""Find articles by their words and by filters: the query language, the index, and what is shown of a hit."""
