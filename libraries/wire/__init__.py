"""What every byte to and from a library passes: limits of time, place and size."""
