"""The enclave: where researchers' programs run beside their project's view."""
