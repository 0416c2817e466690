"""Topologies made at random from a seed, run on FRR's daemons alone, to hold our SPF against theirs."""
