"""`python -m deepseek_shock` is the `shock` command."""

from deepseek_shock.cli import main

main()
