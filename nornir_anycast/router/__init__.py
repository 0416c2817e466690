"""Peer routers: only the lines the intent owns, as the smallest delta to the running configuration. Pure."""
