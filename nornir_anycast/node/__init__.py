"""What makes a Linux host an anycast node, one part a file.

A part says which files it wants, where the running system differs from them, and what makes the change take
effect. Parts are pure; `nornir_anycast.plugins.tasks.configure_linux_node` carries them out.
"""
