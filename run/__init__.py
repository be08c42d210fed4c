"""What starts the rest: the embedded servers, and the supervisor of every process."""
