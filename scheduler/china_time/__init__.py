"""Time as people in China live it: working days, working hours, clock times. Pure."""
