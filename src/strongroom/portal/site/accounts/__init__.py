"""Sign-in: an account holds a person's password; the person's credentials say which secrets are theirs."""
