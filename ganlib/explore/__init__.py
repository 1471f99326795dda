"""Looking inside a trained GAN: loading its networks, drawing samples, walking through its latent space."""
