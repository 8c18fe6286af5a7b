"""What a pushed model reads in photos: one, or any number on Beam."""
