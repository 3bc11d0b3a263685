"""What everything may use and that uses nothing: clock, alarm, log, batches of clicks, watch."""
