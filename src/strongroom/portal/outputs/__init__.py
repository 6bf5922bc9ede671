"""Safe outputs: what was put forward for release, how it was judged, and what left."""
