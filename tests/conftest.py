"""What every level of tests stands on."""

import signal

# A shell starts background jobs with SIGINT ignored, and every process started from here would inherit that:
# interrupts would be tested on processes that can't be interrupted.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
