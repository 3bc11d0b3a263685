"""What the doctor looks at on this machine."""
