"""Where people work: rooms of models and actions; they alone know Django, and they alone write state."""
