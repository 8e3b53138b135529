"""One file a command, by the command's name."""
