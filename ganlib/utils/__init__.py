"""Small helpers that know nothing of GANs: errors, files, images, zip archives, seeds, Python processes."""
