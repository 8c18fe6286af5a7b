"""ExampleGen: from the CSV and the folder of PNGs to TFRecords."""
