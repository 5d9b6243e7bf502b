"""The tables that metrics end in: small, in a fixed order, one module per theme."""
