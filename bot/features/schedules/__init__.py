"""When and where a server gets its question, and which one."""
