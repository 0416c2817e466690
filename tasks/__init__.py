"""The compositions of this site, made of what nornir_anycast offers: the one place to add a step."""
