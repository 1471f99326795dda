"""The Explore page: a run's latent space, looked at in several ways; one module a view."""
