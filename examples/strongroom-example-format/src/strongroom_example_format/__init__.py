"""An example of a file format and a detector that strongroom takes from another package."""
