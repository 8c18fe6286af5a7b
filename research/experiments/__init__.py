"""Experiments: what each part of a recipe is worth, measured on train and eval only."""
