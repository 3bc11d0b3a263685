"""What organisers have to mend, told once until it is mended."""
