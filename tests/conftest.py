"""What every level of tests stands on."""

import signal

from hypothesis import HealthCheck, settings

# A shell starts background jobs with SIGINT ignored, nohup adds SIGHUP, and every process started from here
# would inherit that: interrupts would be tested on processes that can't be interrupted.
for number, usual in ((signal.SIGINT, signal.default_int_handler), (signal.SIGHUP, signal.SIG_DFL)):
    if signal.getsignal(number) is signal.SIG_IGN:
        signal.signal(number, usual)

# A busy machine is slow, not wrong: speed is measured in benchmarks.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")
