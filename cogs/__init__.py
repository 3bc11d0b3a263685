"""What people can do: each handler turns a command, click or form into one service call and a reply."""
