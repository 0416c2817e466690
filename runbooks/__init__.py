"""One procedure an occasion, short enough for a change ticket; run as `python -m runbooks.NAME`."""
