"""`python -m nornir_anycast` is `nornir-anycast`."""

from nornir_anycast.cli import main

main()
