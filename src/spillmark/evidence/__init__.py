"""What was given: files found, hashed, recognised, unpacked safely, opened as numbered records."""
