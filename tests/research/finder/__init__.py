"""Tests of research/finder/."""
