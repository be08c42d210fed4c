"""Keeps time: a table of when → which job, and the sweep. Any number of schedulers may run."""
