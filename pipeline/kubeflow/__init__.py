"""The pipeline on Kubeflow Pipelines 2: compiled, submitted, and run in its pods."""
