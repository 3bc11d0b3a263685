"""What real answers say of the choice items: how hard each is, and which look wrong."""
