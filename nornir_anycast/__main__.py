"""`python -m nornir_anycast` is `nornir-anycast`."""

from nornir_anycast.entry import main

main()
