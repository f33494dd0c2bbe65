"""What `shock doctor` looks at: the usual troubles of those who run shock unattended."""
