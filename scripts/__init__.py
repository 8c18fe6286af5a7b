"""Programs for setting the project up."""
