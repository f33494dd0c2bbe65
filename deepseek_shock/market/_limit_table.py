"""Tokyo's daily price limits: generated, do not edit.

Made by scripts/make_limit_table.py from sample/tse_price_limits.csv, which names its source. From
each base price in yen on (`BASES`) holds the limit in yen that has its place in `LIMITS`; at a base
price of `END` the table ends.
"""

# fmt: off
BASES = (
    0, 100, 200, 500, 700, 1_000, 1_500, 2_000, 3_000, 5_000, 7_000, 10_000, 15_000, 20_000, 30_000,
    50_000, 70_000, 100_000, 150_000, 200_000, 300_000, 500_000, 700_000, 1_000_000, 1_500_000,
    2_000_000,
)
LIMITS = (
    30, 50, 80, 100, 150, 300, 400, 500, 700, 1_000, 1_500, 3_000, 4_000, 5_000, 7_000, 10_000,
    15_000, 30_000, 40_000, 50_000, 70_000, 100_000, 150_000, 300_000, 400_000, 500_000,
)
# fmt: on
END = 3_000_000
