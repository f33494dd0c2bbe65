"""What a scan on Spark is made of: sessions, files, jobs, and what runs in their tasks."""
