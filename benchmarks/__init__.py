"""What `make bench` prints: ratios of medians, both sides measured in turn in one run."""
