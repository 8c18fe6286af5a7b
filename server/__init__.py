"""A pushed model behind HTTP: TensorFlow Serving's REST API, a page to try it, and corrections that become data."""
