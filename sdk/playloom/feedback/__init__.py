"""What people said of content, kept safely, and which seeds are therefore not used again.

`rejected` is what makers of content and the build ask; `events` keeps what is said. No network, no NumPy.
"""
