"""What the doctor asks Discord."""
