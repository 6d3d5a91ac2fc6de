"""Know the working days, working hours and clock times of China. Pure."""
