"""What an aDIS account is moved through and overviewed by."""
