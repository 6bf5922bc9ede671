"""The site: pages, sign-in, the worker and the process that starts them; the rooms below do the work."""
