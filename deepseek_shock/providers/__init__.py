"""Where bars come from: one module a vendor, each behind the protocol in `base`."""
