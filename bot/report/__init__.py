"""What commands print: JSON that other programs rely on (the command line contract), and lines for people."""
