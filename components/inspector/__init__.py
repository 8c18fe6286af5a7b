"""The Inspector: what a trained model says of every eval and test photo, for people to look at."""
