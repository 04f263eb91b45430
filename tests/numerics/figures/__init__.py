"""Published figures of the models: what the literature prints, and how ours is computed.

One module a model with `FIGURES`; the tests check them and `scripts/contracts` prints them on the model's page.
"""
