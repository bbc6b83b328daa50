"""When units are looked at for drift: windows of schedules, and the moments in them, as pure decisions."""
