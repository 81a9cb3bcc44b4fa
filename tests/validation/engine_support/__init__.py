"""What the tests of SHACL engines share."""
