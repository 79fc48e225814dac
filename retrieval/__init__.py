"""Finding passages: tokens, the lexical and the vector index, the encoder, and their fusion."""
