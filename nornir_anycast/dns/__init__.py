"""Asking the VIPs: which questions, from where, by which path, and what the answers say."""
