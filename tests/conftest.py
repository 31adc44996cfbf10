"""What every test needs of the process it runs in."""

import signal

# A shell that starts the tests in the background has them ignore Ctrl-C, and programs that tests interrupt
# would inherit that.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
