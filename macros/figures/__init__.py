"""How a value is shown: figures with their account, claims that rest on them, tables and ledgers."""
