"""What several pages use: formatting, navigation, cached readers, charts, image widgets."""
