"""Text of any kind: prose, logs, source code, markup, JSON, XML; and the tables inside it."""
