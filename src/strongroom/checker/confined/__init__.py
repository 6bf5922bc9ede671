"""Files are read in confined child processes: the private copy, the client, the fork server, the child."""
