"""Parts of pages as HTML: what follows the reader's picks, the calculator, tables of facts."""
