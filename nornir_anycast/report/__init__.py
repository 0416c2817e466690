"""A report in the form somebody wants it; one renderer a file. Pure."""
