"""Trains what finds the letter in a photo (components/finder.py) on scenes that are made up from letters."""
