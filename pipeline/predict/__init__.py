"""What a pushed model reads in photos: lines for a few, or a table for any number, on Beam."""
