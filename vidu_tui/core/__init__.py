"""What a task is: pure rules, no I/O, no clock; time comes in as an argument."""
