"""What `why` tells: how an event became a job, a job an effect, and an effect a receipt; a sentence a line."""
