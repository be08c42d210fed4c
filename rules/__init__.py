"""Pure business rules: data in, data out; no clock and no I/O."""
