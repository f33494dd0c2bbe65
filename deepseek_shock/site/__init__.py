"""A site in a folder: pages, an index, a feed, and what each page was made of."""
