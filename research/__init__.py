"""Benchmarks, experiments, fuzzing and the check by Kubeflow's own code: what is never in the image."""
