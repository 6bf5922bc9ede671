"""The platform as a whole: running, or paused by a person with a reason."""
