"""What every request passes: who is asking, what errors become, and whether the page is for them."""
