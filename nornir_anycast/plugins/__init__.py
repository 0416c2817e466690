"""The Nornir edge: tasks and processors, in nornir's own layout, one task a file."""
